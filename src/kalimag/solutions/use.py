"""What a solution is for, as its recipe says under [use], so that a critic knows what to look for."""

from __future__ import annotations

from collections.abc import Mapping

from kalimag.errors import InvalidInput
from kalimag.registry import choices
from kalimag.solutions.reversal import CONFIGURATIONS

KEYWORDS = {
    "configuration": "how the pipette sits on the membrane",
    "question": "what is asked, such as 'block of ROMK by Mg'",
    "cell": "such as 'Xenopus oocyte'",
    "series": "the salt that is varied, such as 'MgCl2'",
    "ionophore": "such as '4-Br-A23187'",
    "assay": "such as 'Na/K-ATPase, Fiske-SubbaRow'",
    "quench": "such as 'TCA'",
    "preparation": "such as 'basolateral vesicles'",
    "detergent": "such as 'SDS 0.5 mg/ml'",
    "inhibitor": "such as 'ouabain'",
    "species": "such as 'rat'",
    "dye": "such as 'Mag-Fura-2'",
    "calibration": "such as 'Rmin'",
}


def understood(use: Mapping[str, str], whose: str) -> dict[str, str]:
    """The keywords of a recipe's [use], in small letters.

    Parameters
    ----------
    use : as written.
    whose : name of the solution, for messages.

    Returns
    -------
    dict from keyword to text.

    Raises
    ------
    InvalidInput : a keyword nobody knows, or no such configuration.
    """
    doing = f"reading what {whose} is used for"
    for key in use:
        if key not in KEYWORDS:
            raise InvalidInput(doing, f"the keyword '{key}' is not known", *choices(key, KEYWORDS))
    found = {key: text.lower() for key, text in use.items()}
    configuration = found.get("configuration", CONFIGURATIONS[0])
    if configuration not in CONFIGURATIONS:
        raise InvalidInput(
            doing,
            f"the configuration '{configuration}' is not known",
            *choices(configuration, CONFIGURATIONS),
        )
    return found
