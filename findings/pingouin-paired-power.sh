#!/usr/bin/env bash
# pingouin 0.7.0: the power that ttest reports of a paired test is that of another effect size than the test's.
#
# Input: 20 pairs that correlate by .98 and differ by a fifth of a standard deviation, as scores of two models over the
# same seeds do. Expected: the power of a paired test for the effect that was seen, mean / deviation of the differences
# = t / sqrt(n), which power_ttest(contrast="paired") takes: statsmodels and a simulation say .99 and .98.
# Seen: .13, beside p = 3e-4. The effect size of unrelated groups (d = .2) is put into the paired test's power.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install --no-compile numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 pingouin==0.7.0
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np
import pingouin
from scipy import stats
from statsmodels.stats.power import TTestPower

random = np.random.default_rng(0)
common, noise = stats.zscore(random.normal(size=20), ddof=1), stats.zscore(random.normal(size=20), ddof=1)
first = common
second = common + 0.2 + 0.2 * (noise - common * (common @ noise) / 19)
result = pingouin.ttest(second, first, paired=True).iloc[0]
effect = (second - first).mean() / (second - first).std(ddof=1)
expected = TTestPower().power(effect, 20, 0.05)
assert np.isclose(pingouin.power_ttest(d=effect, n=20, contrast="paired"), expected, atol=1e-6)
rejected = np.mean([stats.ttest_1samp(random.normal(effect, 1, 20), 0).pvalue < 0.05 for _ in range(2000)])
print(f"p {result['p_val']:.1e}, pingouin's power {result['power']:.3f}; of the differences {expected:.3f}, simulated {rejected:.3f}")
assert result["p_val"] < 1e-3 and result["power"] < 0.2 and expected > 0.95 and rejected > 0.95, "this has changed"
assert np.isclose(result["power"], pingouin.power_ttest(d=result["cohen_d"], n=20, contrast="paired"), atol=1e-3)
PYTHON
