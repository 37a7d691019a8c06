package dev.touchstone.model.tree;

import dev.touchstone.runtime.TouchstoneException;
import java.util.BitSet;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One tree: nodes in arrays, the first of which is its root. Immutable.
 *
 * <p>An example goes left or right at a node by one of its columns, until it is at a leaf.
 */
public final class Tree {
  /** When a value that is not missing goes left. */
  public enum Split {
    /** It is a leaf, and nothing goes anywhere. */
    LEAF,
    /** {@code x < threshold}. */
    BELOW,
    /** {@code x <= threshold}. */
    AT_MOST,
    /** {@code x > threshold}. */
    ABOVE,
    /** {@code x >= threshold}. */
    AT_LEAST,
    /** {@code x == threshold}. */
    EQUAL,
    /** {@code x != threshold}. */
    UNEQUAL,
    /** The category {@code (int) x} is one of the set. */
    IN_SET,
    /** The category {@code (int) x} is none of the set. */
    OUTSIDE_SET,
    /** {@code x} equals one of a list of numbers. */
    ONE_OF
  }

  /** What is missing, and where it goes. */
  public enum Missing {
    /** NaN goes left. */
    LEFT,
    /** NaN goes right. */
    RIGHT,
    /** Nothing is missing: NaN is 0. */
    IS_ZERO,
    /** NaN and 0 go left. */
    LEFT_AS_ZERO,
    /** NaN and 0 go right. */
    RIGHT_AS_ZERO
  }

  /** What LightGBM takes for 0. */
  private static final double NEARLY_ZERO = 1e-35f;

  private static final byte LEAF = 0;
  private static final byte BELOW = 1;
  private static final byte BELOW_OR_MISSING = 2;
  private static final byte AT_MOST = 3;
  private static final byte AT_MOST_OR_MISSING = 4;
  private static final byte SLOW = 5;

  private static final BitSet NO_SET = new BitSet();
  private static final int[] NO_OUTPUTS = {};
  private static final double[] NO_VALUES = {};

  private final Split[] splits;
  private final Missing[] missing;
  private final int[] columns;
  private final double[] thresholds;
  private final BitSet[] sets;
  private final double[][] members;
  private final int[] left;
  private final int[] right;
  private final int[][] outputs;
  private final double[][] values;
  private final double[] covers;

  /** How each node decides, of those that one comparison decides. */
  private final byte[] quick;

  private Tree(Builder builder) {
    this.splits = builder.splits;
    this.missing = builder.missing;
    this.columns = builder.columns;
    this.thresholds = builder.thresholds;
    this.sets = builder.sets;
    this.members = builder.members;
    this.left = builder.left;
    this.right = builder.right;
    this.outputs = builder.outputs;
    this.values = builder.values;
    this.covers = builder.covers;
    this.quick = new byte[splits.length];
    for (int node = 0; node < splits.length; node++) {
      quick[node] = quick(splits[node], missing[node]);
    }
  }

  private static byte quick(Split split, Missing where) {
    boolean left = where == Missing.LEFT;
    return switch (split) {
      case LEAF -> LEAF;
      case BELOW -> left ? BELOW_OR_MISSING : where == Missing.RIGHT ? BELOW : SLOW;
      case AT_MOST -> left ? AT_MOST_OR_MISSING : where == Missing.RIGHT ? AT_MOST : SLOW;
      default -> SLOW;
    };
  }

  /** Returns the number of nodes, leaves included. */
  public int size() {
    return splits.length;
  }

  /** Returns whether a node is a leaf. */
  public boolean isLeaf(int node) {
    return splits[node] == Split.LEAF;
  }

  /** Returns the column by which a node splits. */
  public int column(int node) {
    return columns[node];
  }

  /** Returns with what a node that splits by no set compares. */
  public double threshold(int node) {
    return thresholds[node];
  }

  /** Returns whether a node that is no leaf asks for a category. */
  public boolean isByCategory(int node) {
    return splits[node] == Split.IN_SET || splits[node] == Split.OUTSIDE_SET;
  }

  /**
   * Returns the values that a node that is no leaf may tell from those on both sides of them, such
   * as that of an equality, or 0 where it counts as missing; none where it asks for a category.
   */
  public double[] singledOut(int node) {
    DoubleStream asked =
        switch (splits[node]) {
          case EQUAL, UNEQUAL -> DoubleStream.of(thresholds[node]);
          case ONE_OF -> DoubleStream.of(members[node]);
          default -> DoubleStream.empty();
        };
    boolean zero = missing[node] == Missing.LEFT_AS_ZERO || missing[node] == Missing.RIGHT_AS_ZERO;
    return DoubleStream.concat(asked, zero ? DoubleStream.of(0) : DoubleStream.empty()).toArray();
  }

  /** Returns the node to which an example goes from another. */
  public int next(int node, double value) {
    return goesLeft(node, value) ? left[node] : right[node];
  }

  /** Returns the node to the left of one. */
  public int left(int node) {
    return left[node];
  }

  /** Returns the node to the right of one. */
  public int right(int node) {
    return right[node];
  }

  /** Returns to which sums a leaf adds; not a copy. */
  public int[] outputs(int leaf) {
    return outputs[leaf];
  }

  /** Returns what a leaf adds to each of its {@link #outputs}; not a copy. */
  public double[] values(int leaf) {
    return values[leaf];
  }

  /**
   * Returns how much of the training data came through a node: the sum of its hessian in XGBoost,
   * the number of examples in LightGBM.
   */
  public double cover(int node) {
    return covers[node];
  }

  /**
   * Says of many values at once whether they go left.
   *
   * @param values of the node's column
   * @param count how many of them
   * @param left receives 1 for each that goes left, else 0
   */
  public void decide(int node, double[] values, int count, int[] left) {
    double threshold = thresholds[node];
    // A loop each, so that the compiler makes each a loop over vectors.
    switch (quick[node]) {
      case BELOW -> {
        for (int i = 0; i < count; i++) {
          left[i] = values[i] < threshold ? 1 : 0;
        }
      }
      case BELOW_OR_MISSING -> {
        for (int i = 0; i < count; i++) {
          left[i] = values[i] >= threshold ? 0 : 1;
        }
      }
      case AT_MOST -> {
        for (int i = 0; i < count; i++) {
          left[i] = values[i] <= threshold ? 1 : 0;
        }
      }
      case AT_MOST_OR_MISSING -> {
        for (int i = 0; i < count; i++) {
          left[i] = values[i] > threshold ? 0 : 1;
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          left[i] = goesLeft(node, values[i]) ? 1 : 0;
        }
      }
    }
  }

  /** Returns the leaf at which an example ends. */
  public int leaf(double[] row) {
    int node = 0;
    while (true) {
      byte decides = quick[node];
      if (decides == LEAF) {
        return node;
      }
      double value = row[columns[node]];
      // What is not a number is neither above nor below anything.
      boolean goesLeft =
          switch (decides) {
            case BELOW -> value < thresholds[node];
            case BELOW_OR_MISSING -> !(value >= thresholds[node]);
            case AT_MOST -> value <= thresholds[node];
            case AT_MOST_OR_MISSING -> !(value > thresholds[node]);
            default -> goesLeft(node, value);
          };
      node = goesLeft ? left[node] : right[node];
    }
  }

  /** Returns whether an example goes left at a node, by the value of the node's column. */
  public boolean goesLeft(int node, double given) {
    double value = given;
    switch (missing[node]) {
      case LEFT, RIGHT -> {
        if (Double.isNaN(value)) {
          return missing[node] == Missing.LEFT;
        }
      }
      case IS_ZERO -> value = Double.isNaN(value) ? 0 : value;
      case LEFT_AS_ZERO, RIGHT_AS_ZERO -> {
        if (Double.isNaN(value) || Math.abs(value) <= NEARLY_ZERO) {
          return missing[node] == Missing.LEFT_AS_ZERO;
        }
      }
    }
    return switch (splits[node]) {
      case BELOW -> value < thresholds[node];
      case AT_MOST -> value <= thresholds[node];
      case ABOVE -> value > thresholds[node];
      case AT_LEAST -> value >= thresholds[node];
      case EQUAL -> value == thresholds[node];
      case UNEQUAL -> value != thresholds[node];
      case IN_SET -> isInSet(node, value);
      case OUTSIDE_SET -> !isInSet(node, value);
      case ONE_OF -> isOneOf(members[node], value);
      case LEAF -> throw new IllegalStateException("a leaf splits nothing");
    };
  }

  private static boolean isOneOf(double[] numbers, double value) {
    return DoubleStream.of(numbers).anyMatch(number -> number == value);
  }

  /** Numbers between two are of the one below, as in a cast. */
  private boolean isInSet(int node, double value) {
    return value > -1 && sets[node].get((int) value);
  }

  /** Collects nodes; not thread-safe. */
  static final class Builder {
    private final Split[] splits;
    private final Missing[] missing;
    private final int[] columns;
    private final double[] thresholds;
    private final BitSet[] sets;
    private final double[][] members;
    private final int[] left;
    private final int[] right;
    private final int[][] outputs;
    private final double[][] values;
    private final double[] covers;

    /** A tree of so many nodes. */
    Builder(int nodes) {
      splits = new Split[nodes];
      missing = new Missing[nodes];
      columns = new int[nodes];
      thresholds = new double[nodes];
      sets = new BitSet[nodes];
      members = new double[nodes][];
      left = new int[nodes];
      right = new int[nodes];
      outputs = new int[nodes][];
      values = new double[nodes][];
      covers = new double[nodes];
    }

    void leaf(int node, int[] to, double[] added, double cover) {
      splits[node] = Split.LEAF;
      missing[node] = Missing.LEFT;
      sets[node] = NO_SET;
      members[node] = NO_VALUES;
      outputs[node] = to;
      values[node] = added;
      covers[node] = cover;
    }

    void split(int node, int column, Split split, Missing where, int[] children, double cover) {
      splits[node] = split;
      missing[node] = where;
      columns[node] = column;
      sets[node] = NO_SET;
      members[node] = NO_VALUES;
      outputs[node] = NO_OUTPUTS;
      values[node] = NO_VALUES;
      left[node] = children[0];
      right[node] = children[1];
      covers[node] = cover;
    }

    void threshold(int node, double threshold) {
      thresholds[node] = threshold;
    }

    void set(int node, BitSet set) {
      sets[node] = set;
    }

    void members(int node, double[] numbers) {
      members[node] = numbers;
    }

    /**
     * Returns the tree.
     *
     * @param width the number of columns
     * @throws TouchstoneException if a node splits by no column, or is not below exactly one other:
     *     a walk would leave the tree or never end
     */
    Tree build(String where, int width) {
      boolean[] below = new boolean[splits.length];
      for (int node = 0; node < splits.length; node++) {
        if (splits[node] == null || splits[node] == Split.LEAF) {
          continue;
        }
        if (columns[node] < 0 || columns[node] >= width) {
          throw new TouchstoneException(
              "%s splits node %d by column %d of %d".formatted(where, node, columns[node], width));
        }
        for (int child : List.of(left[node], right[node])) {
          if (child <= 0 || child >= splits.length || splits[child] == null || below[child]) {
            throw new TouchstoneException(
                "%s has the node %d below node %d, which is no node of its own"
                    .formatted(where, child, node));
          }
          below[child] = true;
        }
      }
      // Each node has at most one above it, and the root none: what the root reaches is a tree.
      if (splits.length == 0 || splits[0] == null) {
        throw new TouchstoneException(where + " has no root");
      }
      return new Tree(this);
    }
  }
}
