"""Where the fields of an Axon Binary File of version 1.83 lie, and a header packed from them."""

from __future__ import annotations

import struct
from typing import Any

from kalimag.errors import InvalidInput

Fields = dict[str, tuple[Any, ...]]

BLOCK, HEADER_BLOCKS = 512, 12
ADC_RANGE_V, ADC_RESOLUTION, ADC_MAX = 10.0, 32768, 32767
DAC_SCALE = 20.0  # command units per volt, as on most amplifiers
ADC_SLOTS, DAC_SLOTS, EPOCH_SLOTS = 16, 4, 10
EPOCH_TYPE = {"step": 1, "ramp": 2}

# name: (byte offset, struct format); fields that are not named are zero
FIELDS = {
    "fFileVersionNumber": (4, "f"),
    "nOperationMode": (8, "h"),
    "lActualAcqLength": (10, "i"),
    "lActualEpisodes": (16, "i"),
    "lFileStartDate": (20, "i"),
    "lFileStartTime": (24, "i"),
    "fHeaderVersionNumber": (32, "f"),
    "nFileType": (36, "h"),
    "lDataSectionPtr": (40, "i"),
    "lTagSectionPtr": (44, "i"),
    "lNumTagEntries": (48, "i"),
    "lSynchArrayPtr": (92, "i"),
    "lSynchArraySize": (96, "i"),
    "nADCNumChannels": (120, "h"),
    "fADCSampleInterval": (122, "f"),
    "fSynchTimeUnit": (130, "f"),
    "lNumSamplesPerEpisode": (138, "i"),
    "lEpisodesPerRun": (146, "i"),
    "lRunsPerTrial": (150, "i"),
    "lNumberOfTrials": (154, "i"),
    "fEpisodeStartToStart": (178, "f"),
    "fADCRange": (244, "f"),
    "fDACRange": (248, "f"),
    "lADCResolution": (252, "i"),
    "lDACResolution": (256, "i"),
    "sCreatorInfo": (294, "16s"),
    "sFileCommentOld": (310, "56s"),
    "nFileStartMillisecs": (366, "h"),
    "nADCPtoLChannelMap": (378, "16h"),
    "nADCSamplingSeq": (410, "16h"),
    "sADCChannelName": (442, "10s" * ADC_SLOTS),
    "sADCUnits": (602, "8s" * ADC_SLOTS),
    "fADCProgrammableGain": (730, "16f"),
    "fADCDisplayAmplification": (794, "16f"),
    "fInstrumentScaleFactor": (922, "16f"),
    "fSignalGain": (1050, "16f"),
    "fSignalLowpassFilter": (1178, "16f"),
    "sDACChannelName": (1306, "10s" * DAC_SLOTS),
    "sDACChannelUnits": (1346, "8s" * DAC_SLOTS),
    "fDACScaleFactor": (1378, "4f"),
    "fDACHoldingLevel": (1394, "4f"),
    "fDACCalibrationFactor": (2074, "4f"),
    "nWaveformEnable": (2296, "2h"),
    "nWaveformSource": (2300, "2h"),
    "nEpochType": (2308, "20h"),
    "fEpochInitLevel": (2348, "20f"),
    "fEpochLevelInc": (2428, "20f"),
    "lEpochInitDuration": (2508, "20i"),
    "lEpochDurationInc": (2588, "20i"),
    "fTelegraphAdditGain": (4576, "16f"),
    "sProtocolPath": (4898, "256s"),
    "sFileComment": (5154, "128s"),
    "FileGUID": (5282, "16s"),
}


def fixed_text(doing: str, text: str, size: int, what: str, cut: bool = False) -> bytes:
    """Text of fixed width for the header; µ is written u because the format has no encoding."""
    try:
        raw = text.replace("µ", "u").replace("μ", "u").encode("ascii")
    except UnicodeEncodeError as error:
        raise InvalidInput(
            doing, f"the {what} '{text}' has letters ABF cannot hold", "plain letters"
        ) from error
    if len(raw) > size and not cut:
        raise InvalidInput(doing, f"the {what} '{text}' is longer than {size} letters", "a shorter one")
    return raw[:size].ljust(size)


def pack_header(fields: Fields) -> bytes:
    """The header of an episodic file: what is the same in all of ours, and the fields given."""
    fixed: Fields = {
        "fFileVersionNumber": (1.83,),
        "fHeaderVersionNumber": (1.83,),
        "nOperationMode": (5,),
        "nFileType": (1,),
        "lRunsPerTrial": (1,),
        "lNumberOfTrials": (1,),
        "fADCRange": (ADC_RANGE_V,),
        "fDACRange": (ADC_RANGE_V,),
        "lADCResolution": (ADC_RESOLUTION,),
        "lDACResolution": (ADC_RESOLUTION,),
    }
    header = bytearray(HEADER_BLOCKS * BLOCK)
    header[:4] = b"ABF "
    for name, values in {**fixed, **fields}.items():
        offset, form = FIELDS[name]
        struct.pack_into("<" + form, header, offset, *values)
    return bytes(header)
