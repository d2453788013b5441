"""Eight writers append while readers verify proofs, each from its own bytes, as a stranger would."""

import threading

from ledger.log.checkpoints import open_checkpoint
from ledger.log.keys import key_ring
from ledger.log.merkle import check_consistency, prove_consistency
from ledger.log.queries import StoredTiles, read_entry, read_head
from ledger.log.tiles import TileReader
from ledger.log.verify import Trust, verify_entry
from tests.support.busy_writer import append_acknowledged, chain_of_key

WRITERS, READERS, EACH = 8, 4, 40


class Hammer:
    """A bounded number of appends, and readers at work until the last of them is answered."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.answers = []
        self.failures = []
        self.verified = 0
        self.done = threading.Event()

    def run(self):
        writers = [threading.Thread(target=self.guard, args=(self.append, n)) for n in range(WRITERS)]
        readers = [threading.Thread(target=self.guard, args=(self.verify, n)) for n in range(READERS)]
        for thread in (*writers, *readers):
            thread.start()
        for thread in writers:
            thread.join()
        self.done.set()
        for thread in readers:
            thread.join()
        assert self.failures == []

    def guard(self, work, number):
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - told at the end
            self.failures.append(error)

    def append(self, number):
        for count in range(EACH):
            key = f"{number}-{count}-{'ab'[number % 2]}"
            self.answers.append(append_acknowledged(self.ledger, key))

    def verify(self, number):
        """At least one round, also when the writers are done at once."""
        seen = None
        while True:
            is_last = self.done.is_set()
            seen = self.verify_growth(seen)
            for answer in self.answers[number::READERS][-3:]:
                self.verify_one(answer)
            if is_last:
                return

    def verify_growth(self, seen):
        """The newest checkpoint extends the one seen before."""
        with self.ledger.database.reading() as session:
            head = open_checkpoint(read_head(session).checkpoint, self.ledger.vkey)
            if seen is not None:
                proof = prove_consistency(seen.size, head.size, TileReader(StoredTiles(session)))
                check_consistency(seen.size, seen.root, head.size, head.root, proof)
        return head

    def verify_one(self, answer):
        """Under the checkpoint of its commit and under the newest: parse, signatures, leaf, inclusion."""
        answer.check_proof(self.ledger.vkey)
        stored = self.ledger.read(read_entry, answer.index)
        assert stored.chain_id == chain_of_key(answer.key)
        trust, ring = Trust(self.ledger.vkey), self.ledger.read(key_ring)
        verify_entry(stored.entry, self.ledger.prove(answer.index), key_ring=ring, trust=trust)
        self.verified += 1


def test_readers_verify_while_eight_writers_append(site):
    ledger = site.open()
    hammer = Hammer(ledger)
    hammer.run()
    assert len({answer.index for answer in hammer.answers}) == WRITERS * EACH
    assert hammer.verified >= READERS
    for answer in hammer.answers:
        answer.check_kept(ledger)
    ledger.database.close()
    assert site.check() == WRITERS * EACH + 2
