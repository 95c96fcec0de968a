"""The command of an Axon Binary File of version 1: a holding level and a row of epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kalimag.errors import InvalidInput
from kalimag.io.abf1_layout import DAC_SCALE, DAC_SLOTS, EPOCH_SLOTS, EPOCH_TYPE, Fields
from kalimag.io.recording import Channel

_COMMAND = Channel("Cmd 0", "mV")


@dataclass(frozen=True)
class Epoch:
    """One column of the waveform editor: a level held (step) or approached (ramp) for a number of samples.

    In sweep k the level is `level + k * level_step` and the duration `samples + k * samples_step`.
    """

    level: float
    samples: int
    level_step: float = 0.0
    samples_step: int = 0
    kind: Literal["step", "ramp"] = "step"


@dataclass(frozen=True)
class Protocol:
    """The command of the first output channel: holding level, epochs, and its name."""

    holding: float = 0.0
    epochs: tuple[Epoch, ...] = ()
    name: str = ""
    channel: Channel = _COMMAND


def check_protocol(doing: str, protocol: Protocol, sweeps: int, samples: int) -> None:
    """Refuse a waveform that would not end inside every sweep."""
    if len(protocol.epochs) > EPOCH_SLOTS:
        raise InvalidInput(doing, f"{len(protocol.epochs)} epochs", f"at most {EPOCH_SLOTS}")
    room = samples - 2 * (samples // 64)
    for k in (0, sweeps - 1):
        lengths = [epoch.samples + k * epoch.samples_step for epoch in protocol.epochs]
        if any(length < 0 for length in lengths) or sum(lengths) > room:
            raise InvalidInput(
                doing,
                f"epochs of {lengths} samples in sweep {k}",
                f"at most {room}, as 1/64 of a sweep is held before and after",
            )


def epoch_fields(protocol: Protocol) -> Fields:
    """Header fields of the command; the file has room for a second output, which stays off."""
    epochs, idle = protocol.epochs, (0,) * (2 * EPOCH_SLOTS - len(protocol.epochs))
    on = (1 if epochs else 0, 0)
    return {
        "nWaveformEnable": on,
        "nWaveformSource": on,
        "nEpochType": (*(EPOCH_TYPE[e.kind] for e in epochs), *idle),
        "fEpochInitLevel": (*(e.level for e in epochs), *idle),
        "fEpochLevelInc": (*(e.level_step for e in epochs), *idle),
        "lEpochInitDuration": (*(e.samples for e in epochs), *idle),
        "lEpochDurationInc": (*(e.samples_step for e in epochs), *idle),
        "fDACHoldingLevel": (protocol.holding, 0.0, 0.0, 0.0),
        "fDACScaleFactor": (DAC_SCALE,) * DAC_SLOTS,
        "fDACCalibrationFactor": (1.0,) * DAC_SLOTS,
    }
