package dev.touchstone.data;

import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.Fact;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples with stable ids and group columns. Immutable; features may lie in a file that
 * is larger than memory.
 *
 * <p>A data set is checked and hashed in one pass when it is made: no NaN or infinite feature, no
 * label outside the classes, no id twice.
 */
public final class Dataset {
  private final String name;
  private final String sha256;
  private final FeatureStore features;
  private final List<String> featureNames;
  private final List<String> ids;
  private final int[] labels;
  private final double @Nullable [] targets;
  private final String unit;
  private final List<String> classNames;
  private final Map<String, List<String>> columns;
  private final List<String> grouping;
  private final Map<String, Set<String>> expected;
  private final Map<String, List<String>> crossed = new ConcurrentHashMap<>();
  private final @Nullable String clustering;
  private final OptionalInt largestCluster;
  private final IdenticalExamples identical;
  private final boolean ownIds;
  private final List<Fact> preparation;
  private final @Nullable String classesTaken;
  private final Map<String, String> merges;
  private final Map<String, Set<String>> unmerged;

  private Dataset(Builder builder, String sha256) {
    this.name = builder.name;
    this.sha256 = sha256;
    this.features = builder.features;
    this.featureNames = List.copyOf(builder.featureNames);
    this.ids = builder.ids;
    this.labels = builder.labels;
    this.targets = builder.targets;
    this.unit = builder.unit;
    this.classNames = builder.classNames;
    this.columns = Collections.unmodifiableMap(new LinkedHashMap<>(builder.columns));
    this.grouping = List.copyOf(builder.grouping);
    this.expected = Map.copyOf(builder.expected);
    this.clustering = builder.clustering;
    this.largestCluster = builder.largestCluster;
    this.identical = builder.identical;
    this.ownIds = builder.ownIds;
    this.preparation = List.copyOf(builder.preparation);
    this.classesTaken = builder.classesTaken;
    this.merges = Collections.unmodifiableMap(new LinkedHashMap<>(builder.merges));
    this.unmerged = Map.copyOf(builder.unmerged);
  }

  /** Starts a data set. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Returns what to call the data in messages. */
  public String name() {
    return name;
  }

  /**
   * Returns the SHA-256, in hexadecimal, of the examples: ids, features, labels, classes, and the
   * group columns as they were read. It is what a release policy pins and what a cache goes by.
   *
   * <p>What claims are made about is no part of it: {@linkplain #groupedBy grouping}, {@linkplain
   * #withMerged merged values} and {@linkplain #clusteredBy clusters} are settings of a suite, and
   * stand beside the hash in provenance and keys. Choosing examples ({@link #where}, {@link
   * #sample}, …) gives other examples, and another hash.
   */
  public String sha256() {
    return sha256;
  }

  /** Returns the number of examples. */
  public int size() {
    return ids.size();
  }

  /** Returns whether what is to be predicted are values, as of a regression, and not classes. */
  public boolean hasValues() {
    return targets != null;
  }

  /**
   * Returns an example's value, in the data's {@link #unit()}.
   *
   * @throws TouchstoneException if the data have classes
   */
  public double target(int example) {
    return requireValues()[example];
  }

  /**
   * Returns a copy of all values.
   *
   * @throws TouchstoneException if the data have classes
   */
  public double[] targets() {
    return requireValues().clone();
  }

  /**
   * Returns the unit of the values, such as {@code "DM"}; empty for classes, or where none was
   * given.
   */
  public String unit() {
    return unit;
  }

  private double[] requireValues() {
    double[] values = targets;
    if (values == null) {
      throw new TouchstoneException(
          "%s has classes, %s, and no values to predict; claim it of a classifier, or name the column of the values: .value(\"column\", \"unit\")"
              .formatted(name, classNames));
    }
    return values;
  }

  private void requireClasses() {
    if (targets != null) {
      throw new TouchstoneException(
          "%s has values to predict%s and no classes; claim it of a regressor, or name the column of the classes: .label(\"column\", …)"
              .formatted(name, unit.isEmpty() ? "" : " (" + unit + ")"));
    }
  }

  /** Returns the shape of one example, such as {@code [1, 28, 28]}. */
  public int[] shape() {
    return features.shape();
  }

  /** Returns the names of the features where they have names, else empty. */
  public List<String> featureNames() {
    return featureNames;
  }

  /** Returns the names of the classes; a label is an index into them. */
  public List<String> classNames() {
    requireClasses();
    return classNames;
  }

  /**
   * Returns the index of a class.
   *
   * @throws TouchstoneException for an unknown class, naming the known ones
   */
  public int classIndex(String className) {
    requireClasses();
    int index = classNames.indexOf(className);
    if (index < 0) {
      throw new TouchstoneException(
          "there is no class \"" + className + "\" in " + name + "; its classes are " + classNames);
    }
    return index;
  }

  /** Returns an example's stable id, unique in the data set. */
  public String id(int example) {
    return ids.get(example);
  }

  /** Returns whether ids came with the data; otherwise they are positions in the file. */
  public boolean hasOwnIds() {
    return ownIds;
  }

  /** Returns an example's class. */
  public int label(int example) {
    requireClasses();
    return labels[example];
  }

  /**
   * Returns how many examples repeat an earlier one, features and label alike. The first call reads
   * all features once.
   */
  public int identicalExamples() {
    return identical.count(this);
  }

  /** Returns a copy of all labels. */
  public int[] labels() {
    requireClasses();
    return labels.clone();
  }

  /** Returns the features, for transformations. */
  public FeatureStore features() {
    return features;
  }

  /**
   * Returns what provenance holds of the data: name, hash, how they were made, what {@link
   * #withMerged} took together by column, such as {@code "other" for "a", "b"} (no two ways of
   * merging read alike), and what is a cluster.
   */
  public DataFacts facts() {
    return new DataFacts(
        name,
        sha256,
        OptionalInt.of(size()),
        preparation,
        Optional.ofNullable(classesTaken),
        merges,
        clustering().map(column -> new DataFacts.Clustering(column, largestCluster)));
  }

  /** Returns the names of the group columns. */
  public Set<String> columns() {
    return columns.keySet();
  }

  /**
   * Returns an example's value in a group column.
   *
   * @throws TouchstoneException for an unknown column, naming the known ones
   */
  public String value(String column, int example) {
    return column(column).get(example);
  }

  private List<String> column(String column) {
    List<String> values = columns.get(column);
    if (values == null && Crossing.isOne(column)) {
      // Computed, so that it follows what becomes of its columns.
      return crossed.computeIfAbsent(column, key -> Crossing.of(key, name, this::column));
    }
    if (values == null) {
      throw new TouchstoneException(
          name
              + " has no group column \""
              + column
              + "\"; it has "
              + columns.keySet()
              + ". Name it in groups = {…} where the data set is declared");
    }
    return values;
  }

  /** Returns the features of some examples as one batch. */
  public Tensor batch(int... examples) {
    int[] one = features.shape();
    int rowSize = features.rowSize();
    float[] values = new float[Math.multiplyExact(examples.length, rowSize)];
    for (int i = 0; i < examples.length; i++) {
      features.read(examples[i], values, i * rowSize);
    }
    int[] shape = new int[one.length + 1];
    shape[0] = examples.length;
    System.arraycopy(one, 0, shape, 1, one.length);
    return Tensor.of(values, shape);
  }

  /** Returns the features of the examples {@code from} (inclusive) to {@code to} (exclusive). */
  public Tensor batch(int from, int to) {
    return batch(IntStream.range(from, to).toArray());
  }

  /**
   * Returns the same data, with claims made overall and for every group of these columns.
   *
   * @param groupColumns names of group columns, or several joined by {@code " & "}, as in {@code
   *     "sex & race"}: then whoever shares both values is a group
   * @throws TouchstoneException for an unknown column
   */
  public Dataset groupedBy(String... groupColumns) {
    for (String groupColumn : groupColumns) {
      column(groupColumn);
    }
    Builder builder = toBuilder();
    builder.grouping = List.of(groupColumns);
    return new Dataset(builder, sha256);
  }

  /**
   * Returns the same data, of which it is known what groups there are: where one has vanished, as
   * after another export, claims are refused in place of being made about the others alone.
   *
   * @param column a group column, or several joined by {@code " & "}
   * @param values the groups that have to be there; others may be
   * @throws TouchstoneException for an unknown column, or a value that no example has
   */
  public Dataset expectingGroups(String column, String... values) {
    Builder builder = toBuilder();
    builder.expected.put(column, new TreeSet<>(List.of(values)));
    Dataset expecting = new Dataset(builder, sha256);
    expecting.requireGroups(column);
    return expecting;
  }

  private void requireGroups(String column) {
    Set<String> vanished = new TreeSet<>(expected.getOrDefault(column, Set.of()));
    Set<String> there = new TreeSet<>(column(column));
    vanished.removeAll(there);
    if (!vanished.isEmpty()) {
      throw new TouchstoneException(
          "%s: no example has the %s %s, which .expectingGroups(…) asks for; it has %s. Look where they went, or expect others"
              .formatted(name, column, vanished, there));
    }
  }

  /**
   * Returns the same data with some values of a group column taken together, where each by itself
   * has too few examples to show anything. The examples stay what they are, and with them the
   * {@linkplain #sha256() hash}; what was taken together is part of the provenance.
   *
   * @param into what to call them; no value of the column, nor one that was taken together before,
   *     so that a claim about the group that has a name in the data cannot be shown on more than
   *     that group
   * @param values the values to take together
   * @throws TouchstoneException for an unknown column, a value that does not occur in it, or the
   *     name of one that does or did
   */
  public Dataset withMerged(String column, String into, String... values) {
    List<String> before = column(column);
    refuseStaleCrossing(column);
    Set<String> merged = Set.of(values);
    for (String value : values) {
      if (!before.contains(value)) {
        throw new TouchstoneException(
            name
                + ": the group column \""
                + column
                + "\" has no value \""
                + value
                + "\"; its values are "
                + new TreeSet<>(before));
      }
    }
    Set<String> inTheData = unmerged.getOrDefault(column, Set.copyOf(before));
    if (before.contains(into) || inTheData.contains(into)) {
      throw new TouchstoneException(
          name
              + ": the group column \""
              + column
              + "\" has a value \""
              + into
              + (before.contains(into) ? "\" already" : "\" in the data")
              + ", and several values cannot go by its name; give them a name of their"
              + " own, such as \"other\"");
    }
    Builder builder = toBuilder();
    builder.columns.put(
        column, before.stream().map(value -> merged.contains(value) ? into : value).toList());
    builder.unmerged.put(column, inTheData);
    builder.merges.merge(
        column,
        quoted(into)
            + " for "
            + new TreeSet<>(merged).stream().map(Dataset::quoted).collect(Collectors.joining(", ")),
        (earlier, later) -> earlier + "; " + later);
    Dataset taken = new Dataset(builder, sha256);
    // Values that name clusters make larger ones.
    taken.checkLargestCluster();
    return taken;
  }

  /** What was taken together among pairs of values cannot follow what becomes of one of them. */
  private void refuseStaleCrossing(String column) {
    for (String crossing : merges.keySet()) {
      if (!crossing.equals(column) && Crossing.columns(crossing).contains(column)) {
        throw new TouchstoneException(
            "%s: values of \"%s\" were taken together before those of \"%s\"; call .withMerged(\"%s\", …) first"
                .formatted(name, crossing, column, column));
      }
    }
  }

  private static String quoted(String value) {
    return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** Returns the columns by which claims are grouped. */
  public List<String> grouping() {
    return grouping;
  }

  /**
   * Returns the same data, whose examples depend on each other where they share this column's
   * value: images of one patient, applications of one household. Rates then get an interval over
   * clusters, for which {@link #withClustersOfAtMost} has to say how large a cluster can be.
   *
   * @throws TouchstoneException for an unknown column
   */
  public Dataset clusteredBy(String clusterColumn) {
    column(clusterColumn);
    Builder builder = toBuilder();
    builder.clustering = clusterColumn;
    builder.largestCluster = OptionalInt.empty();
    return new Dataset(builder, sha256);
  }

  /**
   * Returns the same data, of whose clusters it is known how many examples one can have: not in
   * these data alone, but wherever the claim is to hold. Twenty patients may well have five images
   * each where one patient in thirty has thirty; no interval knows of such a patient unless it is
   * told.
   *
   * @param examples the largest number possible, such as what a study's protocol allows
   * @throws TouchstoneException if the data are not clustered, or have a larger cluster
   */
  public Dataset withClustersOfAtMost(int examples) {
    if (clustering == null) {
      throw new TouchstoneException(name + " has no clusters; say .clusteredBy(\"column\") first");
    }
    Builder builder = toBuilder();
    builder.largestCluster = OptionalInt.of(examples);
    Dataset bounded = new Dataset(builder, sha256);
    bounded.checkLargestCluster();
    return bounded;
  }

  private void checkLargestCluster() {
    if (clustering == null || largestCluster.isEmpty()) {
      return;
    }
    Map<String, Integer> sizes = clusterSizes(clustering);
    sizes.forEach(
        (value, size) -> {
          if (size > largestCluster.getAsInt()) {
            throw new TouchstoneException(
                "%s: clusters of at most %d were declared, and %s = [%s] has %d examples; declare the most that any cluster can have"
                    .formatted(name, largestCluster.getAsInt(), clustering, value, size));
          }
        });
  }

  private Map<String, Integer> clusterSizes(String clusterColumn) {
    Map<String, Integer> sizes = new TreeMap<>();
    column(clusterColumn).forEach(value -> sizes.merge(value, 1, Integer::sum));
    return sizes;
  }

  /**
   * Returns how many examples a cluster can have; empty for independent examples, or if not
   * declared.
   */
  public OptionalInt largestCluster() {
    return largestCluster;
  }

  /**
   * Returns how many examples the largest cluster of these data has.
   *
   * @throws TouchstoneException if the data are not clustered
   */
  public int largestClusterSeen() {
    if (clustering == null) {
      throw new TouchstoneException(name + " has no clusters; say .clusteredBy(\"column\") first");
    }
    return clusterSizes(clustering).values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Returns the column whose values are clusters; empty for independent examples. */
  public Optional<String> clustering() {
    return Optional.ofNullable(clustering);
  }

  /**
   * Returns one example of every cluster, drawn at random: independent examples, if the clusters
   * are.
   *
   * @param seed makes the draw; the same seed and data give the same examples
   * @throws TouchstoneException if the data are not clustered
   */
  public Dataset onePerCluster(long seed) {
    if (clustering == null) {
      throw new TouchstoneException(name + " has no clusters; say .clusteredBy(\"column\") first");
    }
    List<String> values = column(clustering);
    Map<String, List<Integer>> members = new TreeMap<>();
    for (int i = 0; i < size(); i++) {
      members.computeIfAbsent(values.get(i), key -> new ArrayList<>()).add(i);
    }
    UniformRandomProvider random =
        new RandomStreams(seed).of("one per cluster", sha256, clustering);
    int[] drawn =
        members.values().stream()
            .mapToInt(examples -> examples.get(random.nextInt(examples.size())))
            .sorted()
            .toArray();
    Builder builder = select(drawn, "one example per " + clustering + ", seed " + seed).toBuilder();
    builder.clustering = null;
    builder.largestCluster = OptionalInt.empty();
    return new Dataset(builder, Digest.sha256().add(sha256).add(drawn).hex());
  }

  /**
   * Returns the slices that a claim is about: overall, then every group in alphabetical order.
   *
   * @throws TouchstoneException if there are no examples
   */
  public List<Slice> slices() {
    if (size() == 0) {
      throw new TouchstoneException(name + " is empty; nothing can be claimed about no examples");
    }
    List<Slice> slices = new ArrayList<>();
    slices.add(new Slice("", Slice.OVERALL, IntStream.range(0, size()).toArray()));
    for (String groupColumn : grouping) {
      requireGroups(groupColumn);
      Map<String, List<Integer>> members = new TreeMap<>();
      List<String> values = column(groupColumn);
      for (int i = 0; i < size(); i++) {
        members.computeIfAbsent(values.get(i), key -> new ArrayList<>()).add(i);
      }
      members.forEach(
          (value, examples) ->
              slices.add(
                  new Slice(
                      groupColumn,
                      value,
                      examples.stream().mapToInt(Integer::intValue).toArray())));
    }
    return slices;
  }

  /** Returns the examples whose value in a group column is {@code value}. */
  public Dataset where(String column, String value) {
    List<String> values = column(column);
    return where(i -> values.get(i).equals(value), column + "=" + value);
  }

  /**
   * Returns the examples that satisfy a condition on their index.
   *
   * @param description the condition in words, for messages and provenance
   */
  public Dataset where(IntPredicate condition, String description) {
    return select(IntStream.range(0, size()).filter(condition).toArray(), description);
  }

  /** Returns the first {@code n} examples. */
  public Dataset first(int n) {
    return select(IntStream.range(0, Math.min(n, size())).toArray(), "first " + n);
  }

  /**
   * Returns some examples, drawn at random without replacement, in the order of the data.
   *
   * @param n how many, at most all
   * @param seed makes the draw; the same seed and data give the same examples
   */
  public Dataset sample(int n, long seed) {
    if (n < 1 || n > size()) {
      throw new TouchstoneException(
          name + " has " + size() + " examples, of which " + n + " cannot be drawn");
    }
    int[] drawn = Arrays.copyOf(shuffled("sample", seed), n);
    Arrays.sort(drawn);
    return select(drawn, "sample of " + n + ", seed " + seed);
  }

  /**
   * Splits the data at random in two.
   *
   * @param fraction the first part's share of the examples, in (0, 1)
   * @param seed makes the split; the same seed and data give the same parts
   * @throws TouchstoneException if a part would be empty
   */
  public Split split(double fraction, long seed) {
    return split(fraction, seed, "split", List.of(shuffled("split", seed)));
  }

  /**
   * Splits the data at random in two, each class by itself, so that both parts have about the same
   * shares of the classes.
   *
   * @param fraction the first part's share of the examples of each class, in (0, 1)
   * @param seed makes the split; the same seed and data give the same parts
   * @throws TouchstoneException if a part would be empty
   */
  public Split stratifiedSplit(double fraction, long seed) {
    int[] order = shuffled("stratified split", seed);
    List<int[]> strata =
        IntStream.range(0, classNames.size())
            .mapToObj(c -> Arrays.stream(order).filter(i -> labels[i] == c).toArray())
            .toList();
    return split(fraction, seed, "stratified split", strata);
  }

  private Split split(double fraction, long seed, String kind, List<int[]> strata) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new TouchstoneException("a share of the data lies in (0, 1), and was " + fraction);
    }
    boolean[] first = new boolean[size()];
    for (int[] stratum : strata) {
      int count = (int) Math.round(fraction * stratum.length);
      for (int i = 0; i < count; i++) {
        first[stratum[i]] = true;
      }
    }
    String how = kind + " at " + fraction + ", seed " + seed;
    Split parts =
        new Split(where(i -> first[i], how + ", first"), where(i -> !first[i], how + ", second"));
    if (parts.first().size() == 0 || parts.second().size() == 0) {
      throw new TouchstoneException(
          name + " has " + size() + " examples, too few for a " + kind + " at " + fraction);
    }
    return parts;
  }

  private int[] shuffled(String what, long seed) {
    UniformRandomProvider random = new RandomStreams(seed).of(what, sha256);
    int[] order = IntStream.range(0, size()).toArray();
    for (int i = order.length; i > 1; i--) {
      int j = random.nextInt(i);
      int swapped = order[i - 1];
      order[i - 1] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /**
   * Two parts of a data set that share no example.
   *
   * @param first the part whose share was given
   * @param second the rest
   */
  public record Split(Dataset first, Dataset second) {}

  /**
   * Returns the same examples with every feature multiplied, such as by {@code 1 / 255.0}; part of
   * the provenance.
   */
  public Dataset scaledBy(double factor) {
    if (!Double.isFinite(factor) || factor == 0) {
      throw new TouchstoneException("features cannot be scaled by " + factor);
    }
    return prepared(
        new NormalisedFeatures(features, new double[1], new double[] {1 / factor}),
        "scaled by",
        Double.toString(factor));
  }

  /**
   * Returns the same examples with features less a mean and divided by a standard deviation, before
   * the model sees them; part of the provenance.
   *
   * @param mean one for all, or one per channel of images, or one per feature of a table
   * @param deviation as many, all above 0
   */
  public Dataset normalising(double[] mean, double[] deviation) {
    int axis = shape()[0];
    if (mean.length != deviation.length || mean.length != 1 && mean.length != axis) {
      throw new TouchstoneException(
          name
              + " has examples of the shape "
              + Arrays.toString(shape())
              + " and was given "
              + mean.length
              + " means and "
              + deviation.length
              + " deviations; give 1 of each, or "
              + axis);
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isFinite(mean[i]) || !(deviation[i] > 0 && Double.isFinite(deviation[i]))) {
        throw new TouchstoneException(
            "features cannot be normalised by the mean "
                + mean[i]
                + " and the deviation "
                + deviation[i]);
      }
    }
    return prepared(
        new NormalisedFeatures(features, mean.clone(), deviation.clone()),
        "normalised by",
        "mean " + Arrays.toString(mean) + ", deviation " + Arrays.toString(deviation));
  }

  private Dataset prepared(FeatureStore transformed, String what, String how) {
    Builder builder = toBuilder();
    builder.identical = new IdenticalExamples();
    builder.features = transformed;
    // A second step of the same kind must not hide the first one.
    builder.preparation.add(new Fact(what, how).apartFrom(preparation));
    return new Dataset(builder, Digest.sha256().add(sha256).add(what).add(how).hex());
  }

  /**
   * Returns some examples, in the given order.
   *
   * @param description the choice in words, for messages and provenance
   */
  public Dataset select(int[] examples, String description) {
    Builder builder = toBuilder();
    builder.name = name + ", " + description;
    builder.identical = new IdenticalExamples();
    builder.features = new SelectedFeatures(features, examples.clone());
    builder.ids = Arrays.stream(examples).mapToObj(ids::get).toList();
    double[] values = targets;
    if (values == null) {
      builder.labels = Arrays.stream(examples).map(i -> labels[i]).toArray();
    } else {
      builder.targets = Arrays.stream(examples).mapToDouble(i -> values[i]).toArray();
    }
    builder.columns = new LinkedHashMap<>();
    columns.forEach(
        (column, rows) ->
            builder.columns.put(column, Arrays.stream(examples).mapToObj(rows::get).toList()));
    return new Dataset(builder, Digest.sha256().add(sha256).add(examples).hex());
  }

  /**
   * Returns the same examples with other features of the same number.
   *
   * @param transformed the features
   * @param description what was done; stands for the features in the hash, unless they lie in
   *     memory and are hashed themselves
   */
  public Dataset withFeatures(FeatureStore transformed, String description) {
    if (transformed.size() != size()) {
      throw new IllegalArgumentException(
          transformed.size() + " features for " + size() + " examples");
    }
    Builder builder = toBuilder();
    builder.name = name + ", " + description;
    builder.identical = new IdenticalExamples();
    builder.features = transformed;
    Digest digest = Digest.sha256().add(sha256).add(description);
    if (transformed instanceof InMemoryFeatures inMemory) {
      inMemory.addTo(digest);
    }
    return new Dataset(builder, digest.hex());
  }

  /**
   * Returns the same examples with other labels.
   *
   * @param relabelled one class per example
   * @param description what was done
   */
  public Dataset withLabels(int[] relabelled, String description) {
    requireClasses();
    Builder builder = toBuilder();
    builder.name = name + ", " + description;
    builder.identical = new IdenticalExamples();
    builder.labels = relabelled.clone();
    builder.checkLabels();
    return new Dataset(builder, Digest.sha256().add(sha256).add("labels").add(relabelled).hex());
  }

  private Builder toBuilder() {
    Builder builder = new Builder(name);
    builder.features = features;
    builder.featureNames = featureNames;
    builder.ids = ids;
    builder.labels = labels;
    builder.targets = targets;
    builder.unit = unit;
    builder.classNames = classNames;
    builder.columns = new LinkedHashMap<>(columns);
    builder.grouping = grouping;
    builder.clustering = clustering;
    builder.largestCluster = largestCluster;
    builder.identical = identical;
    builder.ownIds = ownIds;
    builder.preparation = new ArrayList<>(preparation);
    builder.classesTaken = classesTaken;
    builder.merges = new LinkedHashMap<>(merges);
    builder.unmerged = new HashMap<>(unmerged);
    builder.expected = new HashMap<>(expected);
    return builder;
  }

  @Override
  public String toString() {
    return name + " (n = " + size() + ")";
  }

  /**
   * Examples that a claim is about.
   *
   * @param column the group column; empty for all of the data
   * @param value the group's value in it, or {@link #OVERALL}
   * @param examples their indices
   */
  public record Slice(String column, String value, int[] examples) {
    /** The slice of all examples. */
    public static final String OVERALL = "overall";

    /** Returns {@link #OVERALL} or {@code column=value}. */
    public String name() {
      return isOverall() ? value : column + "=" + value;
    }

    /** Returns whether it is all of the data, and no group of them. */
    public boolean isOverall() {
      return column.isEmpty();
    }
  }

  /** Collects a data set; not thread-safe. */
  public static final class Builder {
    private String name;
    private FeatureStore features = FeatureStore.inMemory(new float[0], 1);
    private List<String> featureNames = List.of();
    private @Nullable List<String> givenIds;
    private @Nullable String checkedRows;
    private List<String> ids = List.of();
    private int[] labels = new int[0];
    private double @Nullable [] targets;
    private String unit = "";
    private List<String> classNames = List.of();
    private Map<String, List<String>> columns = new LinkedHashMap<>();
    private List<String> grouping = List.of();
    private @Nullable String clustering;
    private OptionalInt largestCluster = OptionalInt.empty();
    private IdenticalExamples identical = new IdenticalExamples();
    private boolean ownIds;
    private List<Fact> preparation = new ArrayList<>();
    private @Nullable String classesTaken;
    private Map<String, String> merges = new LinkedHashMap<>();
    private Map<String, Set<String>> expected = new HashMap<>();

    /** What the values of a merged column were before. */
    private Map<String, Set<String>> unmerged = new HashMap<>();

    private Builder(String name) {
      this.name = name;
    }

    /** Sets the features of every example. */
    public Builder features(FeatureStore store) {
      this.features = store;
      return this;
    }

    /** Sets the features' names. */
    public Builder featureNames(List<String> names) {
      this.featureNames = List.copyOf(names);
      return this;
    }

    /** Sets stable ids; the position in the file if not given. */
    public Builder ids(List<String> stableIds) {
      this.givenIds = List.copyOf(stableIds);
      this.ownIds = true;
      return this;
    }

    /** Sets the class of every example, an index into the class names. */
    public Builder labels(int... classes) {
      this.labels = classes.clone();
      return this;
    }

    /**
     * Sets the value of every example that a regressor is to predict, in place of classes.
     *
     * @param numbers all finite
     * @param unitOfValues such as {@code "DM"}; empty for numbers without one
     */
    public Builder values(double[] numbers, String unitOfValues) {
      this.targets = numbers.clone();
      this.unit = unitOfValues;
      return this;
    }

    /** Sets the names of the classes; "0", "1", … up to the largest label if not given. */
    public Builder classNames(List<String> names) {
      this.classNames = List.copyOf(names);
      return this;
    }

    /** Sets a group column: one value per example. */
    public Builder column(String column, List<String> values) {
      columns.put(column, List.copyOf(values));
      return this;
    }

    /**
     * Sets a fact about how the features were made, for provenance.
     *
     * @throws TouchstoneException for a name by which verdicts say something else of data
     */
    public Builder prepared(String what, String how) {
      DataFacts.refuseReserved(what);
      preparation = new ArrayList<>(Fact.with(preparation, new Fact(what, how)));
      return this;
    }

    /** How the order of classes was guessed which nobody declared. */
    Builder classesTaken(String how) {
      classesTaken = how;
      return this;
    }

    /** The hash of the rows, by a reader that checked them as they came. */
    Builder checkedRows(RowCheck check) {
      this.checkedRows = check.sha256();
      return this;
    }

    /**
     * Returns the data set, checked and hashed in one pass.
     *
     * @throws TouchstoneException for lengths that differ, NaN or infinite features, labels outside
     *     the classes, or an id twice
     */
    public Dataset build() {
      double[] values = targets;
      int n = values == null ? labels.length : values.length;
      identical = new IdenticalExamples();
      List<String> given = givenIds;
      ids = given != null ? given : IntStream.range(0, n).mapToObj(Integer::toString).toList();
      if (values == null && classNames.isEmpty() && n > 0) {
        int largest = Arrays.stream(labels).max().orElse(0);
        classNames = IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
      }
      checkLength("features", features.size(), n);
      checkLength("ids", ids.size(), n);
      columns.forEach((column, rows) -> checkLength("column " + column, rows.size(), n));
      if (values == null) {
        checkLabels();
      } else {
        checkValues(values);
      }
      checkIds();
      return new Dataset(this, checkAndHash());
    }

    private void checkLength(String what, int length, int n) {
      if (length != n) {
        throw new TouchstoneException(
            "%s: %d %s for %d %s"
                .formatted(name, length, what, n, targets == null ? "labels" : "values"));
      }
    }

    private void checkValues(double[] values) {
      if (labels.length > 0 || !classNames.isEmpty()) {
        throw new TouchstoneException(
            name + " was given both classes and values to predict; give .labels(…) or .values(…)");
      }
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) {
          throw new TouchstoneException(
              "%s: example %s has the value %s to predict; drop the example, or correct it"
                  .formatted(name, ids.get(i), values[i]));
        }
      }
    }

    private void checkLabels() {
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 0 || labels[i] >= classNames.size()) {
          throw new TouchstoneException(
              name
                  + ": example "
                  + ids.get(i)
                  + " has the label "
                  + labels[i]
                  + ", outside the classes "
                  + classNames);
        }
      }
    }

    private void checkIds() {
      Set<String> seen = new HashSet<>(2 * ids.size());
      for (String id : ids) {
        if (!seen.add(id)) {
          throw new TouchstoneException(
              name + ": the id \"" + id + "\" occurs twice; ids have to be unique to be stable");
        }
      }
    }

    private String checkAndHash() {
      String rows = checkedRows;
      if (rows == null) {
        RowCheck check = new RowCheck(name, featureNames);
        float[] row = new float[InMemoryFeatures.sizeOf(features.shape())];
        for (int i = 0; i < ids.size(); i++) {
          features.read(i, row, 0);
          check.add(ids.get(i), row);
        }
        rows = check.sha256();
      }
      Digest digest = Digest.sha256();
      double[] values = targets;
      if (values == null) {
        digest.add(labels);
      } else {
        digest.add("values").add(values).add(unit);
      }
      digest.add(features.shape()).add(rows);
      classNames.forEach(digest::add);
      if (classNames.size() > labels.length + 1) {
        // As many names could be read as two classes and a column; the number tells them apart.
        digest.add(classNames.size());
      }
      new TreeMap<>(columns)
          .forEach(
              (column, cells) -> {
                digest.add(column);
                cells.forEach(digest::add);
              });
      return digest.hex();
    }
  }

  /** Returns how often each class occurs, by class name. */
  public Map<String, Integer> classCounts() {
    requireClasses();
    Map<String, Integer> counts = new HashMap<>();
    for (int label : labels) {
      counts.merge(classNames.get(label), 1, Integer::sum);
    }
    return counts;
  }
}
