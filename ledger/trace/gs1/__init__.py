"""What GS1 says about names: GTINs, application identifiers, Digital Link URIs. Pure."""
