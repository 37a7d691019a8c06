#!/usr/bin/env bash
# Smile 7.2.0: the chi-square test of two samples takes different sizes for different distributions.
#
# Input: counts (100, 200, 300) and (200, 400, 600), the same shares of two samples of which one is twice as large.
# Expected: a statistic of 0 and p = 1, as the test of the table with the same rows gives (ChiSqTest.test(int[][])).
# Seen: 200 and p < 1e-40: counts are compared as they are, which is right for equal totals only. Of totals that
# differ a little, 60 and 67, it is 2.32 where the table's is 1.94.
# Exit status 0 while that is so. JAVA is a Java 25.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
central=https://repo1.maven.org/maven2
curl -fsSL -o "$folder/smile-base.jar" "$central/com/github/haifengl/smile-base/7.2.0/smile-base-7.2.0.jar"
curl -fsSL -o "$folder/slf4j-api.jar" "$central/org/slf4j/slf4j-api/2.0.18/slf4j-api-2.0.18.jar"
cat > "$folder/Compare.java" <<'JAVA'
import smile.stat.hypothesis.ChiSqTest;

class Compare {
  static double[] of(int[] first, int[] second) {
    ChiSqTest samples = ChiSqTest.test(first, second);
    ChiSqTest table = ChiSqTest.test(new int[][] {first, second});
    System.out.printf("two samples: %.4f, p %.3g; as a table: %.4f, p %.3g%n", samples.chisq(), samples.pvalue(), table.chisq(), table.pvalue());
    return new double[] {samples.chisq(), samples.pvalue(), table.chisq(), table.pvalue()};
  }

  public static void main(String[] arguments) {
    double[] equal = of(new int[] {10, 20, 30}, new int[] {12, 15, 33});
    double[] near = of(new int[] {10, 20, 30}, new int[] {12, 15, 40});
    double[] twice = of(new int[] {100, 200, 300}, new int[] {200, 400, 600});
    boolean holds = Math.abs(equal[0] - equal[2]) < 1e-9 && near[0] > near[2] + 0.3
        && Math.abs(twice[0] - 200) < 1e-9 && twice[1] < 1e-40 && twice[2] < 1e-9 && twice[3] > 0.999;
    System.exit(holds ? 0 : 1);
  }
}
JAVA
"${JAVA:-java}" -cp "$folder/smile-base.jar:$folder/slf4j-api.jar" "$folder/Compare.java"
