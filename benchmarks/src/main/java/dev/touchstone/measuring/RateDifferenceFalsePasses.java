package dev.touchstone.measuring;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A rate against a recorded count, on other examples: the exact probability of a false pass, over
 * all outcomes, at the worst of many rates.
 */
final class RateDifferenceFalsePasses implements FalsePasses.Kind {

  @Override
  public String name() {
    return "rates";
  }

  @Override
  public String heading() {
    return "Increase of a rate against a recorded count, exact, at the worst of 40 rates (before:"
        + " Miettinen-Nurminen; now: exact unconditional below 100 in a cell)";
  }

  @Override
  public List<Population> populations() {
    List<Population> populations = new ArrayList<>();
    int[][] sizes = {{20, 20}, {50, 50}, {100, 100}, {30, 120}, {120, 30}, {200, 200}};
    for (int[] size : sizes) {
      for (double increase : new double[] {0.01, 0.05, 0.1}) {
        populations.add(
            new Population(
                "increase by " + increase,
                size[0] + " examples, " + size[1] + " recorded",
                runs -> worst(size[0], size[1], increase)));
      }
    }
    return populations;
  }

  private static double[] worst(int n, int m, double increase) {
    boolean[][] before = new boolean[n + 1][m + 1];
    boolean[][] now = new boolean[n + 1][m + 1];
    for (int x = 0; x <= n; x++) {
      for (int y = 0; y <= m; y++) {
        RateDifference difference = RateDifference.of(Proportion.of(x, n), Proportion.of(y, m));
        before[x][y] = FormerLimits.increaseRefuted(x, n, y, m, increase);
        now[x][y] = difference.pValueBelow(increase) <= FalsePasses.TAIL;
      }
    }
    double[] worst = new double[2];
    for (int i = 0; i <= 40; i++) {
      double angle = Math.asin(Math.sqrt(1 - increase)) * i / 40;
      double q = Math.pow(Math.sin(angle), 2);
      worst[0] = Math.max(worst[0], probability(before, n, m, q + increase, q));
      worst[1] = Math.max(worst[1], probability(now, n, m, q + increase, q));
    }
    return worst;
  }

  private static double probability(boolean[][] passes, int n, int m, double p, double q) {
    BinomialDistribution first = BinomialDistribution.of(n, Math.min(1, p));
    BinomialDistribution second = BinomialDistribution.of(m, q);
    double sum = 0;
    for (int x = 0; x <= n; x++) {
      double row = 0;
      for (int y = 0; y <= m; y++) {
        row += passes[x][y] ? second.probability(y) : 0;
      }
      sum += row * first.probability(x);
    }
    return sum;
  }
}
