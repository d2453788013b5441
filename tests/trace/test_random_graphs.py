"""Random lots made of random lots, corrected and recalled: the tables say what a plain walk says."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.database import create_schema, open_database
from ledger.log.records import read_records
from ledger.trace.bundles.history import read_history
from ledger.trace.capture import capture_event
from ledger.trace.correcting import correct_event
from ledger.trace.events.parsing import parse_known
from ledger.trace.genealogy import trace_back, trace_forward
from ledger.trace.passports.story import derive_history, tell_story
from ledger.trace.queries import find_lot
from ledger.trace.recalling import recall_lot
from tests.support.farm import Farm

NOTICE = {"reason": "x", "scope": "x", "decided_by": "x", "instruction": "x", "contact": "0259 3 000 000"}

steps = st.lists(
    st.tuples(
        st.sampled_from(["make", "make", "make", "diary", "split", "correct", "undo", "recall"]),
        st.lists(st.integers(0, 30), min_size=1, max_size=4),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=14,
)


class Graph:
    """The plain account: which lots went into which, kept in dictionaries."""

    def __init__(self, farm):
        self.farm = farm
        self.lots = [farm.season()[0]]
        self.parents = defaultdict(set)
        self.events = {}  # index of a standing making event → (inputs, outputs)
        self.used = set()
        self.recalled = set()

    def play(self, unit, step, choices, day):
        picked = sorted({choice % len(self.lots) for choice in choices})
        inputs = [self.lots[place] for place in picked]
        match step:
            case "make" | "split":
                outputs = [self.farm.lot(f"L-{len(self.lots)}-{n}") for n in range(1 + (step == "split"))]
                receipt = self._capture(unit, day, inputs, outputs)
                self.lots += outputs
                self._stand(receipt.index, inputs, outputs)
            case "diary":
                self.farm_event(unit, day, inputs)
            case "correct" if self.events:
                index = sorted(self.events)[choices[0] % len(self.events)]
                old, outputs = self.events[index]
                added = [lot for lot in inputs if self._may_feed(lot, outputs)]
                event = self._event(day, added or old, outputs)
                corrected = correct_event(unit, index, event, "Ghi nhầm")
                self._fall(index)
                self._stand(corrected.replacement.index, added or old, outputs)
            case "undo" if self.events:
                index = sorted(self.events)[choices[0] % len(self.events)]
                if not any(lot in self._used() for lot in self.events[index][1]):
                    correct_event(unit, index, None, "Không có việc này")
                    self._fall(index)
            case "recall" if inputs[0] not in self.recalled:
                recall_lot(unit, inputs[0], **NOTICE)
                self.recalled |= self.walk(inputs[0], self._children())

    def farm_event(self, unit, day, lots):
        event = self.farm.event(
            "ObjectEvent",
            "inspecting",
            day,
            action="OBSERVE",
            quantityList=[{"epcClass": lot} for lot in lots],
        )
        capture_event(unit, self.farm.code, event)

    def walk(self, lot, onward):
        reached, waiting = {lot}, [lot]
        while waiting:
            for other in onward[waiting.pop()] - reached:
                reached.add(other)
                waiting.append(other)
        return reached

    def _event(self, day, inputs, outputs):
        made = [(lot, None) for lot in outputs]
        return self.farm.transformation("sogoc:sorting", day, [(lot, None) for lot in inputs], made)

    def _capture(self, unit, day, inputs, outputs):
        return capture_event(unit, self.farm.code, self._event(day, inputs, outputs))

    def _stand(self, index, inputs, outputs):
        self.events[index] = (inputs, outputs)
        for lot in outputs:
            self.parents[lot] |= set(inputs)
            if self.recalled & set(inputs):
                self.recalled |= self.walk(lot, self._children())

    def _fall(self, index):
        _, outputs = self.events.pop(index)
        for lot in outputs:
            self.parents[lot] = set()

    def _children(self):
        children = defaultdict(set)
        for child, parents in self.parents.items():
            for parent in parents:
                children[parent].add(child)
        return children

    def _used(self):
        return {lot for inputs, _ in self.events.values() for lot in inputs}

    def _may_feed(self, lot, outputs):
        below = set().union(*(self.walk(output, self._children()) for output in outputs))
        return lot not in below and lot not in self.recalled


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_random_graphs_are_kept_whole(sqlite_template, played):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        path.write_bytes(sqlite_template.read_bytes())
        database = open_database(f"sqlite:///{path}")
        try:
            check_graph(Farm(database), played)
        finally:
            database.close()


def check_graph(farm, played):
    graph = Graph(farm)
    farm.clock.now = farm.clock.now.replace(year=2027)
    farm.write(lambda unit: [graph.play(unit, *step) for step in played])
    farm.check()
    records = farm.read(lambda session: read_records(session, range(farm.read(size_of))))
    entries = parse_known([(record.index, record.entry) for record in records])
    for lot in graph.lots:
        back = farm.read(trace_back, lot)
        assert {node.lot for node in back.lots} == graph.walk(lot, graph.parents)
        expected = {
            (parent, child) for child in graph.walk(lot, graph.parents) for parent in graph.parents[child]
        }
        assert {(edge.parent, edge.child) for edge in back.edges} == expected
        forward = farm.read(trace_forward, lot)
        assert {node.lot for node in forward.lots} == graph.walk(lot, graph._children())
        assert tell_story(lot, entries).ancestors == graph.walk(lot, graph.parents)
        row = farm.read(find_lot, lot)
        assert (row.recalled_index is not None) == (lot in graph.recalled)
        for size in (len(records) // 2, len(records)):
            assert farm.read(read_history, lot, size) == derive_history(lot, entries, size)


def size_of(session):
    from ledger.log.queries import read_head

    return read_head(session).size


def test_one_graph_on_both_databases(database):
    played = [
        ("make", [0], 1),
        ("make", [0, 1], 2),
        ("split", [1, 2], 3),
        ("diary", [0, 2], 2),
        ("make", [3, 4], 5),
        ("correct", [2, 0], 4),
        ("recall", [1], 6),
        ("make", [5], 7),
        ("diary", [0], 9),
    ]
    check_graph(Farm(database), played)


def test_schema_is_created_with_what_is_imported(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    create_schema(database)
    Farm(database).story()
    database.close()
