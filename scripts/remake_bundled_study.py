"""Make the study in src/kalimag/library/studies again, after a change of the rig."""

from kalimag.rig.bundled import make_bundled

if __name__ == "__main__":
    made = make_bundled(force=True)
    print(f"{len(made.files)} files, {made.size_bytes} bytes in {made.folder}")
