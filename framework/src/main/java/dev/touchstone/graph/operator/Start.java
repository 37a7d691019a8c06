package dev.touchstone.graph.operator;

import java.util.Arrays;

/**
 * How an operator's weights are before training: drawn with a variance that their fan-in decides,
 * or one number. The usual starts (He et al. 2015; Ioffe and Szegedy 2015).
 */
public enum Start {
  /** Drawn; the first axis of the weights is the outputs'. Others are 0, as biases are. */
  OUTPUTS_FIRST {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      return size(shape) / shape[0];
    }
  },
  /** Drawn; the second axis is the outputs'. */
  OUTPUTS_SECOND {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      return input == 1 ? size(shape) / shape[1] : 0;
    }
  },
  /** Drawn; which axis is the outputs' follows from what is transposed. The third input is 0. */
  AS_GEMM {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      if (input == 2) {
        return 0;
      }
      // DJL's own dense layers multiply with the transposed weights.
      if (!(operator instanceof Gemm gemm)) {
        return shape[1];
      }
      return input == 1 ? shape[gemm.transposeB() ? 1 : 0] : shape[gemm.transposeA() ? 0 : 1];
    }
  },
  /** Drawn; the inputs are the last axis of the first factor, the last but one of the second. */
  AS_MATRIX {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      return input == 1 ? shape[shape.length - 2] : shape[shape.length - 1];
    }
  },
  /** Drawn with variance 1, as rows of embeddings are: the usual 2 / fan-in of a fan-in of 2. */
  AS_TABLE {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      return input == 0 ? 2 : 0;
    }
  },
  /** Drawn; the inputs are the last axis of the weights, and biases are 0. */
  AS_RECURRENT {
    @Override
    long drawn(Operator operator, int input, long[] shape) {
      return input == 1 || input == 2 ? shape[2] : 0;
    }
  },
  /** 0, as what is added. */
  AT_ZERO,
  /** 1, as a factor. */
  AT_ONE {
    @Override
    public float value(int input) {
      return 1;
    }
  },
  /** .25, as the slope of a parametric rectifier. */
  AT_A_QUARTER {
    @Override
    public float value(int input) {
      return 0.25f;
    }
  },
  /** Scale 1, shift 0. */
  AS_NORMALISATION {
    @Override
    public float value(int input) {
      return input == 1 ? 1 : 0;
    }
  },
  /** Scale 1, shift 0, running mean 0 and variance 1. */
  AS_BATCH_NORMALISATION {
    @Override
    public float value(int input) {
      return input == 1 || input == 4 ? 1 : 0;
    }
  };

  /**
   * Returns how many numbers one output of the operator sums with these weights.
   *
   * @param input which of the operator's inputs the weights are, from 0
   * @param shape the weights'
   * @return 0 where weights are not drawn, but start at {@link #value}
   */
  public final long fanIn(Operator operator, int input, long[] shape) {
    return shape.length < 2 ? 0 : drawn(operator, input, shape);
  }

  /** The fan-in of weights of two axes or more; 0 unless they are drawn. */
  long drawn(Operator operator, int input, long[] shape) {
    return 0;
  }

  /**
   * Returns the start of weights that are not drawn.
   *
   * @param input which of the operator's inputs they are, from 0
   */
  public float value(int input) {
    return 0;
  }

  private static long size(long[] shape) {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }
}
