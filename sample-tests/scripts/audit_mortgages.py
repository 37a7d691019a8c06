"""data/hmda/audit.csv: 150 applications of test.csv, half of them denied, as an expert would annotate them.

    python audit_mortgages.py

Nobody annotated them. What stands in for an expert is a rule of underwriting that is easy to say: payments above 43 %
of income (pirat), a loan above 95 % of the value (lvrat), a bad public record (phist) and serious late payments
(chist of 5 or more) speak for a denial. The labels are the decisions of 1990; "sure" is 1 where the rule agrees with
the decision, and 0.5 where it does not.
"""
import csv

import numpy as np

from common import DATA, SEED, write_checksums

EACH = 75


def flags(row):
    return (float(row["pirat"]) > 0.43) + (float(row["lvrat"]) > 0.95) + (row["phist"] == "yes") + (int(row["chist"]) >= 5)


def main():
    with open(DATA / "hmda/test.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rng = np.random.default_rng(SEED)
    chosen = []
    for decision in ("no", "yes"):
        of_these = [i for i, row in enumerate(rows) if row["deny"] == decision]
        chosen += sorted(rng.choice(of_these, EACH, replace=False).tolist())
    with open(DATA / "hmda/audit.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "sure"], lineterminator="\n")
        writer.writeheader()
        for i in sorted(chosen):
            denied = rows[i]["deny"] == "yes"
            writer.writerow({**rows[i], "sure": "1" if denied == (flags(rows[i]) > 0) else "0.5"})
    write_checksums()


if __name__ == "__main__":
    main()
