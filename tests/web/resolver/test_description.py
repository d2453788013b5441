"""The description file has the members that GS1's schema asks for, in their types."""

import jsonschema_rs

SCHEMA = {
    "type": "object",
    "required": ["resolverRoot", "supportedPrimaryKeys"],
    "properties": {
        "name": {"type": "string"},
        "resolverRoot": {"type": "string", "pattern": "^https?://[^/]+(/.*[^/])?$"},
        "supportedPrimaryKeys": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"pattern": "^(all|[0-9]{2,4})$"},
        },
        "supportedLinkType": {
            "type": "array",
            "items": {
                "required": ["namespace", "prefix"],
                "properties": {
                    "namespace": {"pattern": "^https?://"},
                    "prefix": {"pattern": "^[a-zA-Z_][A-Za-z0-9_-]*:$"},
                },
            },
        },
        "linkTypeDefaultCanBeLinkset": {"type": "boolean"},
        "jsonLdContextLocation": {"pattern": "^https://"},
    },
    "additionalProperties": False,
}


def test_the_description_has_the_members_of_gs1s_schema_and_no_others(resolver):
    jsonschema_rs.validator_for(SCHEMA).validate(resolver.ask("/.well-known/gs1resolver").json)
