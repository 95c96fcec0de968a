"""Two relaxations of the Na,K-ATPase without K+, presented as the kinetics of the pump."""

from __future__ import annotations

from kalimag.audit.consequence import Consequence, Row
from kalimag.audit.guide import number
from kalimag.evidence import load_estimate

FAST, SLOW = "nak_atpase.fast_rate/guide", "nak_atpase.slow_rate/guide"
AFFINITY = "nak_atpase.Kd_Mg/pilotelle-bunner-2009"
RESTING_MG, DEPLETED_MG = "ions.free_Mg_cTAL/dai-quamme-1991", "ions.free_Mg_cTAL_depleted/dai-quamme-1991"
PUMPS = 1e6


def finding() -> Consequence:
    """What either number would mean as a pump rate, and what Mg2+ does by the constant left out."""
    fast, slow = number(FAST, "1/s"), number(SLOW, "1/s")
    faraday, avogadro = load_estimate("membrane.F").value, 6.02214076e23  # C/mol; 1/mol, exact
    currents = [PUMPS * rate * faraday / avogadro * 1e12 for rate in (fast, slow)]
    half = number(AFFINITY, "mM")
    full, less = (mg / (mg + half) for mg in (number(RESTING_MG, "mM"), number(DEPLETED_MG, "mM")))
    change = 100 * (less / full - 1)
    return Consequence(
        id="transients",
        order=2,
        title="Transients called kinetics of the Na,K-ATPase",
        claims=("nak_atpase.kinetics_heading/guide", FAST, SLOW, AFFINITY, RESTING_MG, DEPLETED_MG),
        heads=("the rate taken for a turnover", "what the paper supports"),
        rows=(
            Row("current of a million pumps, from the fast rate", currents[0], None, "pA"),
            Row("current of a million pumps, from the slow rate", currents[1], None, "pA"),
            Row("enzyme with Mg2+ at 0.52 mM free Mg2+", None, 100 * full, "percent"),
            Row("enzyme with Mg2+ at 0.27 mM free Mg2+", None, 100 * less, "percent"),
            Row("change of that when Mg2+ falls by half", None, change, "percent"),
        ),
        sentence=(
            "As a turnover the two numbers give pump currents that differ "
            f"{fast / slow:.2g}-fold, and neither was measured with K+. What Mg2+ does is in the "
            "constant the guide leaves out: halving free Mg2+ changes the occupied enzyme by "
            f"{change:.2g} %, so a lost cofactor is a small lever."
        ),
        assumptions=(
            "One charge leaves the cell for each cycle.",
            "One site, half occupied at 0.069 mM free Mg2+, after competition from free ATP.",
        ),
    )
