package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.Parameters;
import dev.touchstone.graph.Patches;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * EK-FAC (George, Laurent, Bouthillier, Ballas and Vincent 2018; Grosse et al. 2023): the
 * Gauss-Newton matrix layer by layer, diagonal in the eigenvectors of Kronecker's two factors,
 *
 * <pre>(U_S ⊗ U_A) diag(Λ) (U_S ⊗ U_A)ᵀ,  Λ = E[(U_Sᵀ G U_A)²]</pre>
 *
 * <p>with U_A and U_S those of E[aaᵀ] and E[δδᵀ] of what a dense layer sees, the bias's 1 included,
 * and of the derivatives at its output. Expectations over labels are taken exactly, by as many
 * passes as there are classes. Of a convolution the factors are sums over the places of its result
 * (KFC, Grosse and Martens 2016, section 3), and Λ is of its gradients, which are sums over places
 * themselves. Of other weights it knows squares alone: normalisations, convolutions in groups and
 * what layers share are taken as diagonal.
 *
 * <p>It is inverted exactly, and approximates: the residual that a product carries is that of the
 * Gauss-Newton matrix, measured on the first vector and said, not limited. One preparation serves
 * all vectors, after which a product takes no pass over the training data.
 */
public final class EkFac implements InverseCurvature {
  private static final int SHARE_OF_MEMORY = 2;
  private static final int SHARE_OF_PATCHES = 8;
  private static final Matrix NOTHING = Matrix.zeros(0, 0);
  private static final Patches NOWHERE = new Patches(0, 0, new double[0][]);

  /** How far a layer's gradient may be from the product of its factors, which is rounding. */
  private static final double ROUNDING = 1e-3;

  private EkFac() {}

  /** Returns the approximation; it has no settings. */
  public static EkFac withDefaults() {
    return new EkFac();
  }

  @Override
  public String name() {
    return "EK-FAC";
  }

  @Override
  public Prepared prepare(Curvature curvature) {
    if (curvature.isHessian()) {
      throw new TouchstoneException(
          "EK-FAC approximates the Gauss-Newton matrix, and the Hessian was asked for; leave"
              + " onHessian() out, or take ByConjugateGradients");
    }
    Fit fit = new Fit(curvature);
    fit.findFactors();
    fit.findEigenvalues();
    return new Prepared() {
      private double residual = Double.NaN;

      @Override
      public InverseHessianProduct times(double[] vector) {
        double[] solution = fit.solve(vector);
        if (Double.isNaN(residual)) {
          residual =
              curvature
                  .measured(solution, vector, 0, name(), Double.POSITIVE_INFINITY)
                  .relativeResidual();
        }
        return new InverseHessianProduct(
            Matrix.of(solution.length, 1, solution),
            residual,
            0,
            name() + ", an approximation, measured on the first vector",
            Double.POSITIVE_INFINITY);
      }
    };
  }

  /**
   * The weights of a dense layer, or of a convolution, in the vector of all.
   *
   * @param places at which a convolution is applied; 0 for a dense layer
   * @param offset of its matrix
   * @param bias offset of its bias; −1 where there is none
   * @param outputFirst whether the matrix is stored outputs × inputs
   */
  private record Place(
      Layer layer,
      Tap tap,
      int places,
      int outputs,
      int inputs,
      int offset,
      int bias,
      boolean outputFirst) {

    boolean isDense() {
      return places == 0;
    }

    /** What a convolution sees in one example, places × columns. */
    Matrix seen(Patches patches, int example) {
      Matrix seen = Matrix.zeros(places, columns());
      for (int p = 0; p < places; p++) {
        System.arraycopy(patches.rows()[example], p * inputs, seen.values(), p * columns(), inputs);
        if (bias >= 0) {
          seen.set(p, inputs, 1);
        }
      }
      return seen;
    }

    /** A convolution's slopes in one example times a factor, places × outputs. */
    Matrix slopes(double[] row, double factor) {
      Matrix slopes = Matrix.zeros(places, outputs);
      for (int o = 0; o < outputs; o++) {
        for (int p = 0; p < places; p++) {
          slopes.set(p, o, factor * row[o * places + p]);
        }
      }
      return slopes;
    }

    int columns() {
      return bias < 0 ? inputs : inputs + 1;
    }

    private int at(int output, int input) {
      if (input == inputs) {
        return bias + output;
      }
      return offset + (outputFirst ? output * inputs + input : input * outputs + output);
    }

    Matrix cut(double[] vector) {
      Matrix cut = Matrix.zeros(outputs, columns());
      for (int o = 0; o < outputs; o++) {
        for (int i = 0; i < columns(); i++) {
          cut.set(o, i, vector[at(o, i)]);
        }
      }
      return cut;
    }

    void put(Matrix cut, double[] vector) {
      for (int o = 0; o < outputs; o++) {
        for (int i = 0; i < columns(); i++) {
          vector[at(o, i)] = cut.get(o, i);
        }
      }
    }
  }

  /** A layer's factors, and what becomes of them. */
  private static final class Factors {
    private final Place place;
    private final DenseAlgebra algebra;
    private Matrix seen;
    private Matrix slopes;
    private final Matrix eigenvalues;

    Factors(Place place, DenseAlgebra algebra) {
      this.place = place;
      this.algebra = algebra;
      this.seen = Matrix.zeros(place.columns(), place.columns());
      this.slopes = Matrix.zeros(place.outputs(), place.outputs());
      this.eigenvalues = Matrix.zeros(place.outputs(), place.columns());
    }

    void addSeen(Matrix rows) {
      Curvature.add(seen.values(), 1, algebra.crossProduct(rows, rows).values());
    }

    void addSlopes(Matrix rows) {
      Curvature.add(slopes.values(), 1, algebra.crossProduct(rows, rows).values());
    }

    /** From here on the factors are their eigenvectors. */
    void turn() {
      seen = algebra.eigen(seen).vectors();
      slopes = algebra.eigen(slopes).vectors();
    }

    void addSquares(Matrix slopesOfRows, Matrix seenOfRows) {
      Matrix turnedSlopes = squared(algebra.product(slopesOfRows, slopes));
      Matrix turnedSeen = squared(algebra.product(seenOfRows, seen));
      Curvature.add(
          eigenvalues.values(), 1, algebra.crossProduct(turnedSlopes, turnedSeen).values());
    }

    /** The same of one example's gradient, the sum over places. */
    void addSquare(Matrix slopesAtPlaces, Matrix seenAtPlaces) {
      Matrix gradient = algebra.crossProduct(slopesAtPlaces, seenAtPlaces);
      Matrix turned = algebra.product(algebra.crossProduct(slopes, gradient), seen);
      Curvature.add(eigenvalues.values(), 1, squared(turned).values());
    }

    private static Matrix squared(Matrix rows) {
      for (int i = 0; i < rows.values().length; i++) {
        rows.values()[i] *= rows.values()[i];
      }
      return rows;
    }

    void solve(double[] right, double damping, double[] solution) {
      Matrix turned = algebra.product(algebra.crossProduct(slopes, place.cut(right)), seen);
      for (int i = 0; i < turned.values().length; i++) {
        turned.values()[i] /= eigenvalues.values()[i] + damping;
      }
      Matrix back = algebra.product(slopes, turned);
      place.put(algebra.product(back, Networks.transposed(seen)), solution);
    }
  }

  /** All layers' factors over the training data. */
  private static final class Fit {
    private final Curvature curvature;
    private final WhiteBox model;
    private final Dataset training;
    private final List<Factors> dense = new ArrayList<>();
    private final double[] squares;
    private final boolean[] isDense;

    Fit(Curvature curvature) {
      this.curvature = curvature;
      this.model = curvature.model();
      this.training = curvature.training();
      this.squares = new double[curvature.size()];
      this.isDense = new boolean[curvature.size()];
      long bytes = 0;
      for (Layer layer : model.layers()) {
        Optional<Place> place = place(layer);
        if (place.isPresent()) {
          int side = Math.max(place.get().columns(), place.get().outputs());
          bytes += 3L * Double.BYTES * side * side;
          if (bytes > curvature.run().settings().memoryBytes() / SHARE_OF_MEMORY) {
            throw new TouchstoneException(
                "EK-FAC holds two square matrices for each layer, and those up to %s take more than half of touchstone.memory; give more memory, or take Arnoldi or ByConjugateGradients"
                    .formatted(layer.name()));
          }
          DenseAlgebra algebra =
              DenseAlgebra.forWork(
                  10.0 * side * side * Math.max(side, training.size()),
                  curvature.run().settings().device());
          dense.add(new Factors(place.get(), algebra));
          place.get().put(ones(place.get()), squares);
        }
      }
      for (int j = 0; j < squares.length; j++) {
        isDense[j] = squares[j] == 1;
        squares[j] = 0;
      }
    }

    private static Matrix ones(Place place) {
      Matrix ones = Matrix.zeros(place.outputs(), place.columns());
      Arrays.fill(ones.values(), 1);
      return ones;
    }

    /**
     * Where a layer's weights are, if it is dense or a convolution: its gradient is the product of
     * its factors, at one place or summed over places.
     */
    private Optional<Place> place(Layer layer) {
      List<Parameters.Part> parts =
          curvature.derivatives().parameters().parts().stream()
              .filter(part -> layer.weights().contains(part.weight()))
              .toList();
      if (parts.isEmpty() || parts.size() > 2 || parts.get(0).shape().length < 2) {
        return Optional.empty();
      }
      Tensor one = training.batch(0, 1);
      Loss loss = Networks.loss(training, 0, 1);
      Tap tap = model.tap(layer);
      double[] slopes = Objects.requireNonNull(slopes(List.of(tap), one, loss).get(tap))[0];
      int bias = parts.size() == 2 ? parts.get(1).offset() : -1;
      List<Place> candidates = new ArrayList<>();
      Optional<Patches> patches =
          parts.get(0).shape().length > 2 ? model.patchesOf(layer, one) : Optional.empty();
      if (patches.isPresent()) {
        int places = patches.get().places();
        candidates.add(
            new Place(
                layer,
                tap,
                places,
                slopes.length / places,
                patches.get().width(),
                parts.get(0).offset(),
                bias,
                true));
      } else if (parts.get(0).shape().length == 2) {
        int inputs = model.inputsOf(layer, one)[0].length;
        for (boolean outputFirst : new boolean[] {true, false}) {
          candidates.add(
              new Place(
                  layer, tap, 0, slopes.length, inputs, parts.get(0).offset(), bias, outputFirst));
        }
      }
      return candidates.stream()
          .filter(
              place ->
                  parts.get(0).size() == place.inputs() * place.outputs()
                      && (bias < 0 || parts.get(1).size() == place.outputs())
                      && isProduct(place, slopes, one, loss, patches))
          .findFirst();
    }

    private boolean isProduct(
        Place place, double[] slopes, Tensor one, Loss loss, Optional<Patches> patches) {
      if (!place.isDense() && slopes.length != place.places() * place.outputs()) {
        return false;
      }
      Matrix seen = place.isDense() ? seen(place, one) : place.seen(patches.orElseThrow(), 0);
      Matrix at =
          place.isDense() ? Matrix.of(1, slopes.length, slopes.clone()) : place.slopes(slopes, 1);
      Matrix expected = DenseAlgebra.plain().crossProduct(at, seen);
      Matrix cut = place.cut(curvature.derivatives().gradient(one, loss));
      double gap = 0;
      for (int i = 0; i < cut.values().length; i++) {
        gap = Math.max(gap, Math.abs(cut.values()[i] - expected.values()[i]));
      }
      return gap <= ROUNDING * cut.largest();
    }

    private Map<Tap, double[][]> slopes(List<Tap> taps, Tensor batch, Loss loss) {
      Map<Tap, double[][]> slopes = new LinkedHashMap<>();
      model
          .gradients(batch, loss, taps, BackwardRules.derivatives())
          .forEach((tap, inside) -> slopes.put(tap, inside.rows()));
      return slopes;
    }

    private List<Tap> taps() {
      return dense.stream().map(factors -> factors.place.tap()).distinct().toList();
    }

    /** Takes derivatives as if a class were the label of all, with the root of its probability. */
    @FunctionalInterface
    private interface ClassReader {
      void read(Map<Tap, double[][]> slopes, double[] roots, Loss loss);
    }

    private void forEachClass(Tensor batch, int from, ClassReader reader) {
      double[][] scores = model.scores(batch);
      double[] weights = training.trainingWeights().orElse(null);
      int classes = Math.max(2, scores[0].length);
      for (int c = 0; c < classes; c++) {
        int[] labels = new int[scores.length];
        Arrays.fill(labels, c);
        Loss loss = Loss.crossEntropy(labels);
        double[] roots = new double[scores.length];
        for (int i = 0; i < roots.length; i++) {
          double weight = weights == null ? 1 : weights[from + i];
          roots[i] = Math.sqrt(weight * Math.exp(-loss.value(scores[i], i)) / training.size());
        }
        Map<Tap, double[][]> slopes = dense.isEmpty() ? Map.of() : slopes(taps(), batch, loss);
        reader.read(slopes, roots, loss);
      }
    }

    private Matrix seen(Place place, Tensor batch) {
      double[][] rows = model.inputsOf(place.layer(), batch);
      Matrix seen = Matrix.zeros(rows.length, place.columns());
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(rows[i], 0, seen.values(), i * place.columns(), place.inputs());
        if (place.bias() >= 0) {
          seen.set(i, place.inputs(), 1);
        }
      }
      return seen;
    }

    private Patches patches(Place place, Tensor batch) {
      return model.patchesOf(place.layer(), batch).orElseThrow();
    }

    private static Matrix times(double factor, Matrix matrix) {
      for (int i = 0; i < matrix.values().length; i++) {
        matrix.values()[i] *= factor;
      }
      return matrix;
    }

    /** Goes through the training data in chunks whose patches fit into the memory, too. */
    private void forEachChunk(Networks.ChunkReader reader) {
      long each = 1;
      for (Factors factors : dense) {
        Place place = factors.place;
        each += (long) Double.BYTES * place.places() * (place.columns() + place.outputs());
      }
      RunContext run = curvature.run();
      int step =
          (int)
              Math.max(
                  1,
                  Math.min(
                      Networks.chunk(model, run),
                      run.settings().memoryBytes() / SHARE_OF_PATCHES / each));
      for (int from = 0; from < training.size(); from += step) {
        int to = Math.min(training.size(), from + step);
        reader.read(from, to, Networks.loss(training, from, to));
      }
    }

    private static Matrix scaled(double[][] rows, double... by) {
      Matrix scaled = Matrix.ofRows(rows);
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < scaled.columns(); j++) {
          scaled.set(i, j, by[i] * scaled.get(i, j));
        }
      }
      return scaled;
    }

    /** E[aaᵀ] and E[δδᵀ], and of what is not dense E[g²]. */
    void findFactors() {
      boolean others = false;
      for (boolean known : isDense) {
        others |= !known;
      }
      boolean squaresNeeded = others;
      forEachChunk(
          (from, to, ignored) -> {
            Tensor batch = training.batch(from, to);
            double[] weightRoots = weightRoots(from, to);
            for (Factors factors : dense) {
              Place place = factors.place;
              if (place.isDense()) {
                factors.addSeen(scaled(rows(seen(place, batch)), weightRoots));
              } else {
                Patches patches = patches(place, batch);
                for (int i = 0; i < weightRoots.length; i++) {
                  factors.addSeen(times(weightRoots[i], place.seen(patches, i)));
                }
              }
            }
            forEachClass(
                batch,
                from,
                (slopes, roots, loss) -> {
                  for (Factors factors : dense) {
                    Place place = factors.place;
                    double[][] at = Objects.requireNonNull(slopes.get(place.tap()));
                    if (place.isDense()) {
                      factors.addSlopes(scaled(at, roots));
                    } else {
                      for (int i = 0; i < at.length; i++) {
                        factors.addSlopes(place.slopes(at[i], roots[i]));
                      }
                    }
                  }
                  if (squaresNeeded) {
                    addSquares(batch, loss, roots);
                  }
                });
          });
      dense.forEach(Factors::turn);
    }

    private double[] weightRoots(int from, int to) {
      double[] weights = training.trainingWeights().orElse(null);
      double[] roots = new double[to - from];
      Arrays.setAll(
          roots, i -> Math.sqrt((weights == null ? 1 : weights[from + i]) / training.size()));
      return roots;
    }

    private static double[][] rows(Matrix matrix) {
      double[][] rows = new double[matrix.rows()][];
      Arrays.setAll(rows, matrix::row);
      return rows;
    }

    private void addSquares(Tensor batch, Loss loss, double[] roots) {
      curvature
          .derivatives()
          .forEachGradient(
              batch,
              loss,
              (gradient, example) -> {
                for (int j = 0; j < gradient.length; j++) {
                  if (!isDense[j]) {
                    double root = roots[example] * gradient[j];
                    squares[j] += root * root;
                  }
                }
              });
    }

    /** Λ of the layers that have factors. */
    void findEigenvalues() {
      if (dense.isEmpty()) {
        return;
      }
      forEachChunk(
          (from, to, ignored) -> {
            Tensor batch = training.batch(from, to);
            List<Matrix> seen = new ArrayList<>();
            List<Patches> patches = new ArrayList<>();
            for (Factors factors : dense) {
              boolean plain = factors.place.isDense();
              seen.add(plain ? seen(factors.place, batch) : NOTHING);
              patches.add(plain ? NOWHERE : patches(factors.place, batch));
            }
            forEachClass(
                batch,
                from,
                (slopes, roots, loss) -> {
                  for (int f = 0; f < dense.size(); f++) {
                    Factors factors = dense.get(f);
                    double[][] at = Objects.requireNonNull(slopes.get(factors.place.tap()));
                    Place place = factors.place;
                    if (place.isDense()) {
                      factors.addSquares(scaled(at, roots), seen.get(f));
                    } else {
                      for (int i = 0; i < at.length; i++) {
                        factors.addSquare(
                            place.slopes(at[i], roots[i]), place.seen(patches.get(f), i));
                      }
                    }
                  }
                });
          });
    }

    double[] solve(double[] right) {
      double[] solution = new double[right.length];
      for (int j = 0; j < right.length; j++) {
        solution[j] = right[j] / (squares[j] + curvature.damping());
      }
      for (Factors factors : dense) {
        factors.solve(right, curvature.damping(), solution);
      }
      return solution;
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
