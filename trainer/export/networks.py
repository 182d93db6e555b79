"""Makes an export of a network: the network in some format, what goes with it, and the proof that it is equal."""

from __future__ import annotations

from pathlib import Path

from trainer.export.companions import write_companions, write_reading, write_tokenizer
from trainer.export.equality import Equality
from trainer.export.examples import examples
from trainer.export.exported_run import ExportedRun
from trainer.export.format import Tell
from trainer.export.network import opened
from trainer.export.network_format import NetworkFormat
from trainer.export.proof import prove
from trainer.export.wording import WORDING
from trainer.fit.inputs import Words


def write_network(format: NetworkFormat, run: ExportedRun, place: Path, tell: Tell) -> Equality:
    """Write an export; see `Format.write`."""
    tell(WORDING.message("reading"))
    network, stem = opened(run), place.name.removesuffix(format.suffix)
    asked = examples(run, network)
    tell(WORDING.message("converting", format=format.title))
    place.mkdir()
    notes = {"class_names": list(run.class_names), "run": run.id, "epoch": run.epoch}
    reads = format.save(network, place, stem, notes)
    if isinstance(network.preparation, Words) and not reads.is_text:
        write_tokenizer(network.preparation, place)
    write_reading(network, place, reads)
    proof = prove(network, asked, place, format.name, tell)
    write_companions(run, network, format, place, reads, asked, proof)
    return proof.equality
