package dev.touchstone.data;

import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.DataFacts.Clustering;
import dev.touchstone.facts.Fact;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples with stable ids and group columns. Immutable; features may lie in a file that
 * is larger than memory.
 *
 * <p>A data set is checked and hashed in one pass when it is made: no infinite feature, no NaN
 * unless {@linkplain Builder#allowingMissing allowed}, no label outside the classes, no id twice.
 */
public final class Dataset {
  private final String name;

  /** Of the data without their weights. */
  private final String unweighted;

  private final String sha256;
  private final Examples examples;
  private final Groups groups;
  private final Preparation preparation;

  private Dataset(
      String name, String unweighted, Examples examples, Groups groups, Preparation preparation) {
    TrainingWeights weights = examples.weights();
    this.name = name;
    this.unweighted = unweighted;
    this.sha256 = weights == null ? unweighted : weights.sha256(unweighted);
    this.examples = examples;
    this.groups = groups;
    this.preparation = preparation;
  }

  /**
   * Starts a data set.
   *
   * @param name what to call the data in messages
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** Returns what to call the data in messages. */
  public String name() {
    return name;
  }

  /**
   * Returns the SHA-256, in hexadecimal, of the examples: ids, features, labels, classes,
   * {@linkplain #trainingWeights training weights}, and the group columns as they were read. It is
   * what a release policy pins and what a cache goes by.
   *
   * <p>What claims are made about is no part of it: {@linkplain #groupedBy grouping}, {@linkplain
   * #withMerged merged values} and {@linkplain #clusteredBy clusters} are settings of a suite, and
   * stand beside the hash in provenance and keys. Choosing examples ({@link #where}, {@link
   * #sample}, …) gives other examples, and another hash.
   */
  public String sha256() {
    return sha256;
  }

  /**
   * Returns what provenance holds of the data: name, hash, how they were made, what {@link
   * #withMerged} took together by column, such as {@code "other" for "a", "b"} (no two ways of
   * merging read alike), what is a cluster, and where training weights are from.
   */
  public DataFacts facts() {
    TrainingWeights weights = examples.weights();
    Preparation made =
        weights == null
            ? preparation
            : preparation.followedBy("training weights", weights.origin());
    return new DataFacts(
        name,
        sha256,
        OptionalInt.of(size()),
        made.steps(),
        made.classesTaken(),
        groups.merges().texts(),
        groups.clusters());
  }

  /** Returns the number of examples. */
  public int size() {
    return examples.size();
  }

  /** Returns an example's stable id, unique in the data set. */
  public String id(int example) {
    return examples.ids().get(example);
  }

  /** Returns whether ids came with the data; otherwise they are positions in the file. */
  public boolean hasOwnIds() {
    return examples.ownIds();
  }

  /** Returns the features, for transformations. */
  public FeatureStore features() {
    return examples.features();
  }

  /** Returns the shape of one example, such as {@code [1, 28, 28]}. */
  public int[] shape() {
    return features().shape();
  }

  /** Returns the names of the features where they have names, else none. */
  public List<String> featureNames() {
    return examples.featureNames();
  }

  /**
   * Returns the features of some examples as one batch in single precision, of the shape {@code [n,
   * …]}.
   */
  public Tensor batch(int... examples) {
    return inputs(examples).features();
  }

  /** Returns the features of the examples {@code from} (inclusive) to {@code to} (exclusive). */
  public Tensor batch(int from, int to) {
    return batch(IntStream.range(from, to).toArray());
  }

  /** Returns some examples as models take them. */
  public Inputs inputs(int... examples) {
    return this.examples.inputs(examples);
  }

  /**
   * Returns the examples {@code from} (inclusive) to {@code to} (exclusive) as models take them.
   */
  public Inputs inputs(int from, int to) {
    return inputs(IntStream.range(from, to).toArray());
  }

  /** Returns the names of the inputs that the examples have besides their features. */
  public Set<String> inputNames() {
    return examples.inputs().names();
  }

  /**
   * Returns what the tokens of an example stand for, for people who read an explanation: by the
   * name of the input that holds their ids a text for each place, blanks included, so that joined
   * they make the text as far as it was not cut. Special tokens have their names, and padding an
   * empty text. Empty where nothing was {@linkplain #tokenized tokenized}.
   *
   * @param example 0-based
   */
  public Map<String, List<String>> tokens(int example) {
    Map<String, List<String>> tokens = new LinkedHashMap<>();
    examples.tokens().forEach(texts -> tokens.put(texts.input(), texts.of(example)));
    return Collections.unmodifiableMap(tokens);
  }

  /**
   * Counts the examples that repeat an earlier one, features, further inputs and label alike. The
   * first call reads all features once.
   */
  public int identicalExamples() {
    return examples.identicalExamples();
  }

  /** Returns whether what is to be predicted are values, as of a regression, and not classes. */
  public boolean hasValues() {
    return examples.targets() instanceof Targets.Values;
  }

  private Targets.Values values() {
    return examples.targets().values(name);
  }

  private Targets.Classes classes() {
    return examples.targets().classes(name);
  }

  /**
   * Returns an example's value, in the data's {@link #unit()}.
   *
   * @throws TouchstoneException if the data have classes
   */
  public double target(int example) {
    return values().numbers()[example];
  }

  /**
   * Returns a copy of all values.
   *
   * @throws TouchstoneException if the data have classes
   */
  public double[] targets() {
    return values().numbers().clone();
  }

  /**
   * Returns the unit of the values, such as {@code "DM"}; empty for classes, or where none was
   * given.
   */
  public String unit() {
    return hasValues() ? values().unit() : "";
  }

  /**
   * Returns the names of the classes; a label is an index into them.
   *
   * @throws TouchstoneException if the data have values
   */
  public List<String> classNames() {
    return classes().names();
  }

  /**
   * Returns the index of a class.
   *
   * @throws TouchstoneException for an unknown class, naming the known ones, or if the data have
   *     values
   */
  public int classIndex(String className) {
    int index = classNames().indexOf(className);
    if (index < 0) {
      throw new TouchstoneException(
          "there is no class \"%s\" in %s; its classes are %s"
              .formatted(className, name, classNames()));
    }
    return index;
  }

  /**
   * Returns an example's class.
   *
   * @throws TouchstoneException if the data have values
   */
  public int label(int example) {
    return classes().labels()[example];
  }

  /**
   * Returns a copy of all labels.
   *
   * @throws TouchstoneException if the data have values
   */
  public int[] labels() {
    return classes().labels().clone();
  }

  /**
   * Returns how often each class occurs, by class name.
   *
   * @throws TouchstoneException if the data have values
   */
  public Map<String, Integer> classCounts() {
    Map<String, Integer> counts = new HashMap<>();
    for (int label : classes().labels()) {
      counts.merge(classNames().get(label), 1, Integer::sum);
    }
    return counts;
  }

  /**
   * Returns how much each example counts when a model is trained on these data: what its loss is
   * multiplied by ({@code sample_weight} of scikit-learn's {@code fit}). Trainers and heads weigh
   * by them; no metric does, in which every example counts once, and claims about a model refuse
   * data that carry some: they are no sampling weights.
   *
   * @return a copy, one per example, none negative; empty where all count alike
   */
  public Optional<double[]> trainingWeights() {
    return Optional.ofNullable(examples.weights()).map(weights -> weights.numbers().clone());
  }

  /** Returns the names of the group columns. */
  public Set<String> columns() {
    return groups.columns();
  }

  /**
   * Returns an example's value in a group column.
   *
   * @throws TouchstoneException for an unknown column, naming the known ones
   */
  public String value(String column, int example) {
    return groups.column(column).get(example);
  }

  /**
   * Returns the same data, with claims made overall and for every group of these columns.
   *
   * @param groupColumns names of group columns, or several joined by {@code " & "}, as in {@code
   *     "sex & race"}: then whoever shares both values is a group
   * @throws TouchstoneException for an unknown column
   */
  public Dataset groupedBy(String... groupColumns) {
    return with(groups.groupedBy(List.of(groupColumns)));
  }

  /** Returns the columns by which claims are grouped. */
  public List<String> grouping() {
    return groups.grouping();
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
    return with(groups.expecting(column, new TreeSet<>(List.of(values))));
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
    return with(groups.withMerged(column, into, new LinkedHashSet<>(List.of(values))));
  }

  /**
   * Returns the same data, whose examples depend on each other where they share this column's
   * value: images of one patient, applications of one household. Rates then get an interval over
   * clusters, for which {@link #withClustersOfAtMost} has to say how large a cluster can be.
   *
   * @throws TouchstoneException for an unknown column
   */
  public Dataset clusteredBy(String clusterColumn) {
    return with(groups.clusteredBy(clusterColumn));
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
    return with(groups.withClustersOfAtMost(examples));
  }

  /** Returns the column whose values are clusters; empty for independent examples. */
  public Optional<String> clustering() {
    return groups.clusters().map(Clustering::column);
  }

  /**
   * Returns how many examples a cluster can have; empty for independent examples, or if not
   * declared.
   */
  public OptionalInt largestCluster() {
    return groups.clusters().map(Clustering::atMost).orElse(OptionalInt.empty());
  }

  /**
   * Returns how many examples the largest cluster of these data has.
   *
   * @throws TouchstoneException if the data are not clustered
   */
  public int largestClusterSeen() {
    return groups.clusterMembers().values().stream().mapToInt(of -> of.length).max().orElse(0);
  }

  /**
   * Returns the slices that a claim is about: overall, then every group in alphabetical order.
   *
   * @throws TouchstoneException if there are no examples, or an {@linkplain #expectingGroups
   *     expected group} has vanished
   */
  public List<Slice> slices() {
    return groups.slices(size());
  }

  /**
   * Returns some examples, in the given order.
   *
   * @param examples their indices
   * @param description the choice in words, for messages and provenance
   */
  public Dataset select(int[] examples, String description) {
    int[] chosen = examples.clone();
    String chosenName = name + ", " + description;
    return new Dataset(
        chosenName,
        Digest.sha256().add(unweighted).add(chosen).hex(),
        this.examples.select(chosen),
        groups.select(chosen, chosenName),
        preparation);
  }

  /**
   * Returns the examples whose value in a group column is {@code value}.
   *
   * @throws TouchstoneException for an unknown column
   */
  public Dataset where(String column, String value) {
    List<String> values = groups.column(column);
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

  /** Returns the first {@code n} examples, or all where there are fewer. */
  public Dataset first(int n) {
    return select(IntStream.range(0, Math.min(n, size())).toArray(), "first " + n);
  }

  /**
   * Draws some examples at random without replacement; they stand in the order of the data.
   *
   * @param n how many, at most all
   * @param seed makes the draw; the same seed and data give the same examples
   * @throws TouchstoneException if there are not as many
   */
  public Dataset sample(int n, long seed) {
    return new Sampling(this, seed).sample(n);
  }

  /**
   * Draws one example of every cluster at random: independent examples, if the clusters are.
   *
   * @param seed makes the draw; the same seed and data give the same examples
   * @throws TouchstoneException if the data are not clustered
   */
  public Dataset onePerCluster(long seed) {
    Map<String, int[]> clusters = groups.clusterMembers();
    Dataset drawn =
        new Sampling(this, seed).onePerCluster(clustering().orElseThrow(), clusters.values());
    return drawn.with(drawn.groups.withoutClusters());
  }

  /**
   * Splits the data at random in two.
   *
   * @param fraction the first part's share of the examples, in (0, 1)
   * @param seed makes the split; the same seed and data give the same parts
   * @throws TouchstoneException if a part would be empty
   */
  public Split split(double fraction, long seed) {
    return new Sampling(this, seed).split(fraction);
  }

  /**
   * Splits the data at random in two, each class by itself, so that both parts have about the same
   * shares of the classes.
   *
   * @param fraction the first part's share of the examples of each class, in (0, 1)
   * @param seed makes the split; the same seed and data give the same parts
   * @throws TouchstoneException if a part would be empty, or if the data have values
   */
  public Split stratifiedSplit(double fraction, long seed) {
    return new Sampling(this, seed).stratifiedSplit(fraction);
  }

  /**
   * Returns the same examples with features in another shape, row-major, such as the columns of a
   * table of pixels as images of {@code [1, 28, 28]}; part of the provenance. Features of a shape
   * of several axes have no names.
   *
   * @param shape of one example
   * @throws TouchstoneException for a shape that does not hold as many features
   */
  public Dataset reshapedTo(int... shape) {
    return prepared(
        ReshapedFeatures.of(name, features(), shape),
        shape.length == 1 ? featureNames() : List.of(),
        "reshaped to",
        Arrays.toString(shape));
  }

  /**
   * Returns the same examples with every feature multiplied, such as by {@code 1 / 255.0}; part of
   * the provenance.
   *
   * @param factor finite, and not 0
   */
  public Dataset scaledBy(double factor) {
    return prepared(
        NormalisedFeatures.scaled(features(), factor), "scaled by", Double.toString(factor));
  }

  /**
   * Returns the same examples with features less a mean and divided by a standard deviation, before
   * the model sees them; part of the provenance.
   *
   * @param mean one for all, or one per channel of images, or one per feature of a table
   * @param deviation as many, all above 0
   */
  public Dataset normalising(double[] mean, double[] deviation) {
    return prepared(
        NormalisedFeatures.standardised(name, features(), mean, deviation),
        "normalised by",
        "mean %s, deviation %s".formatted(Arrays.toString(mean), Arrays.toString(deviation)));
  }

  /**
   * Returns these data if their first examples are those that a trainer saw: a model is judged on
   * what it is shown, and images that are resized or scaled otherwise are another question. Part of
   * the provenance. In Python, before training or after it,
   *
   * <pre>{@code
   * numpy.save("first8.npy", next(iter(DataLoader(test, batch_size=8)))[0].numpy())
   * }</pre>
   *
   * @param location a path, {@code file:…} or {@code classpath:…} of an array in NumPy's format,
   *     {@code [n, …]}; of images also with channels last
   * @param tolerance by how much a value may differ, in units of the features: a grey level is 1 of
   *     255, and {@code 1 / 255.0 / deviation} where they are scaled and normalised
   * @throws TouchstoneException if one differs by more, saying by how much, where, and which usual
   *     mistake explains it: order of channels, scale, normalisation, resizing, cropping,
   *     orientation; or if the array has another shape
   */
  public Dataset matchingReference(String location, double tolerance) {
    ReferenceCheck check = ReferenceCheck.of(Location.of(location), this, tolerance);
    check.requireEqual(this);
    return new Dataset(
        name,
        unweighted,
        examples,
        groups,
        preparation.followedBy("compared with a reference", check.inWords()));
  }

  /**
   * Returns the same examples with a text as a text encoder takes it: the ids of its word pieces
   * and a mask, in place of the text; part of the provenance.
   *
   * @param input a text of every example, such as {@code .text("review")} of a table reads it
   * @param tokenizer says how
   * @throws TouchstoneException if there is no such text, the tokenizer cannot be read, or a text
   *     has more tokens than were declared
   */
  public Dataset tokenized(String input, Tokenizer tokenizer) {
    NamedInputs inputs = examples.inputs();
    if (!inputs.names().contains(input)
        || !(inputs.all(input) instanceof TypedTensor.Texts texts)
        || texts.rowSize() != 1) {
      throw new TouchstoneException(
          "%s has no text \"%s\" to be tokenized, but %s; read it by .text(\"%2$s\"), or as \"type\": \"text\" in a schema"
              .formatted(
                  name, input, inputs.names().isEmpty() ? "features alone" : inputs.names()));
    }
    Tokenizer.Tokenized made = tokenizer.apply(input, examples.ids(), texts.values());
    return new Dataset(
        name,
        Digest.sha256().add(unweighted).add("tokenized").add(made.inWords()).hex(),
        examples.withInputs(inputs.replacing(name, input, made.inputs()), made.tokens()),
        groups,
        preparation.followedBy("tokenized", made.inWords()));
  }

  /**
   * Returns the texts of a column, one an example, as they are or were before they were {@linkplain
   * #tokenized tokenized}.
   *
   * @param column how the texts were called when they were read
   * @throws TouchstoneException if there are no such texts
   */
  public List<String> texts(String column) {
    for (TokenTexts tokens : examples.tokens()) {
      if (tokens.column().equals(column)) {
        return List.of(tokens.texts());
      }
    }
    if (examples.inputs().names().contains(column)
        && examples.inputs().all(column) instanceof TypedTensor.Texts texts
        && texts.rowSize() == 1) {
      return List.of(texts.values());
    }
    List<String> known = new ArrayList<>();
    examples.tokens().forEach(tokens -> known.add(tokens.column()));
    for (String input : examples.inputs().names()) {
      if (examples.inputs().all(input) instanceof TypedTensor.Texts texts && texts.rowSize() == 1) {
        known.add(input);
      }
    }
    throw new TouchstoneException(
        "%s has no texts \"%s\", but %s; a column of texts is read by .text(\"%2$s\"), or as \"type\": \"text\" in a schema"
            .formatted(name, column, known.isEmpty() ? "none at all" : known));
  }

  /**
   * Returns the same examples with other texts in a column, cut into tokens again where they were
   * {@linkplain #tokenized tokenized}.
   *
   * @param column how the texts were called when they were read
   * @param others one text an example
   * @param description what was done
   * @throws TouchstoneException if there are no such texts, or one has more tokens than the
   *     tokenizer was told to take
   * @throws IllegalArgumentException for more or fewer texts than examples
   */
  public Dataset withTexts(String column, List<String> others, String description) {
    texts(column);
    if (others.size() != size()) {
      throw new IllegalArgumentException(others.size() + " texts for " + size() + " examples");
    }
    String[] texts = others.toArray(String[]::new);
    Examples changed =
        examples.tokens().stream()
            .filter(tokens -> tokens.column().equals(column))
            .findFirst()
            .map(tokens -> tokens.tokenizer().apply(column, examples.ids(), texts))
            .map(
                made ->
                    examples.withInputs(examples.inputs().withOther(made.inputs()), made.tokens()))
            .orElseGet(
                () ->
                    examples.withInputs(
                        examples
                            .inputs()
                            .withOther(
                                Map.of(column, new TypedTensor.Texts(texts, texts.length, 1)))));
    return changed(
        changed, description, Digest.sha256().add(unweighted).add("texts").add(column).add(others));
  }

  private Dataset prepared(FeatureStore transformed, String what, String how) {
    return prepared(transformed, featureNames(), what, how);
  }

  private Dataset prepared(
      FeatureStore transformed, List<String> featureNames, String what, String how) {
    return new Dataset(
        name,
        Digest.sha256().add(unweighted).add(what).add(how).hex(),
        examples.withFeatures(transformed, featureNames),
        groups,
        preparation.followedBy(what, how));
  }

  /**
   * Returns the same examples with other features of the same number. Of features in double
   * precision, those that were not changed stay as they are.
   *
   * @param transformed the features
   * @param description what was done; stands for the features in the hash, unless they lie in
   *     memory and are hashed themselves
   * @throws IllegalArgumentException for more or fewer features than examples
   */
  public Dataset withFeatures(FeatureStore transformed, String description) {
    if (transformed.size() != size()) {
      throw new IllegalArgumentException(
          transformed.size() + " features for " + size() + " examples");
    }
    Digest digest = Digest.sha256().add(unweighted).add(description);
    if (transformed instanceof InMemoryStore inMemory) {
      inMemory.addTo(digest);
    }
    return changed(
        examples.withFeatures(ExactWhereUnchanged.of(features(), transformed)),
        description,
        digest);
  }

  /**
   * Returns the same examples with other labels.
   *
   * @param relabelled one class per example
   * @param description what was done
   * @throws TouchstoneException for a label outside the classes, or if the data have values
   * @throws IllegalArgumentException for more or fewer labels than examples
   */
  public Dataset withLabels(int[] relabelled, String description) {
    if (relabelled.length != size()) {
      throw new IllegalArgumentException(relabelled.length + " labels for " + size() + " examples");
    }
    Targets others = new Targets.Classes(relabelled.clone(), classNames());
    others.check(name + ", " + description, examples.ids());
    return changed(
        examples.withTargets(others),
        description,
        Digest.sha256().add(unweighted).add("labels").add(relabelled));
  }

  /** The same examples, known by a hash that covers several labels, too. */
  Dataset ofSeveralLabels(List<String> labels, int[][] present) {
    Digest digest = Digest.sha256().add(unweighted).add("several labels");
    for (int label = 0; label < present.length; label++) {
      digest.add(labels.get(label)).add(present[label]);
    }
    return new Dataset(
        name,
        digest.hex(),
        examples,
        groups,
        preparation.with(new Fact("labels", String.join(", ", labels))));
  }

  /** The same examples, of two classes: without one label of several, and with it. */
  Dataset ofLabel(String label, int[] present) {
    return changed(
        examples.withTargets(new Targets.Classes(present, List.of("not " + label, label))),
        "label " + label,
        Digest.sha256().add(unweighted).add("label").add(label));
  }

  /**
   * Returns the same examples with a weight each for trainings, in the place of those that they may
   * have.
   *
   * @param weights one per example, by which its loss is multiplied; 0 leaves it out
   * @param description where they are from, such as {@code "one over the class's frequency"}
   * @throws TouchstoneException for a weight that is negative, infinite or NaN, or if all are 0
   * @throws IllegalArgumentException for more or fewer weights than examples
   * @see #trainingWeights()
   */
  public Dataset withTrainingWeights(double[] weights, String description) {
    if (weights.length != size()) {
      throw new IllegalArgumentException(
          "%d training weights for %d examples".formatted(weights.length, size()));
    }
    TrainingWeights others = new TrainingWeights(weights.clone(), description);
    others.check(name, examples.ids());
    return weighted(others);
  }

  /**
   * Returns the same examples, all of which count alike: what a claim about a model is made of,
   * where data that were trained on are also tested on, or both come from one table.
   */
  public Dataset withoutTrainingWeights() {
    return weighted(null);
  }

  private Dataset weighted(@Nullable TrainingWeights weights) {
    return new Dataset(name, unweighted, examples.withWeights(weights), groups, preparation);
  }

  private Dataset changed(Examples others, String description, Digest digest) {
    String changedName = name + ", " + description;
    return new Dataset(changedName, digest.hex(), others, groups.named(changedName), preparation);
  }

  private Dataset with(Groups others) {
    return new Dataset(name, unweighted, examples, others, preparation);
  }

  @Override
  public String toString() {
    return name + " (n = " + size() + ")";
  }

  /**
   * Two parts of a data set that share no example.
   *
   * @param first the part whose share was given
   * @param second the rest
   */
  public record Split(Dataset first, Dataset second) {}

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
    private final String name;
    private FeatureStore features = FeatureStore.inMemory(new float[0], 1);
    private List<String> featureNames = List.of();
    private NamedInputs inputs = NamedInputs.NONE;
    private boolean missing;
    private @Nullable List<String> ids;
    private @Nullable String checkedRows;
    private int[] labels = new int[0];
    private List<String> classNames = List.of();
    private Targets.@Nullable Values values;
    private @Nullable TrainingWeights weights;
    private final Map<String, List<String>> columns = new LinkedHashMap<>();
    private Preparation preparation = Preparation.NONE;

    private Builder(String name) {
      this.name = name;
    }

    /** Sets the features of every example. */
    public Builder features(FeatureStore store) {
      this.features = store;
      return this;
    }

    /** Names the features. */
    public Builder featureNames(List<String> names) {
      this.featureNames = List.copyOf(names);
      return this;
    }

    /**
     * Adds what a model takes besides the features in an input of this name: token ids, a mask, a
     * category as text.
     *
     * @param values of every example, along the first axis
     */
    public Builder input(String input, TypedTensor values) {
      this.inputs = inputs.with(name, input, values);
      return this;
    }

    /** Takes features that are NaN, for a model that was trained with missing values. */
    public Builder allowingMissing() {
      this.missing = true;
      return this;
    }

    /** Sets stable ids; the position in the file if not given. */
    public Builder ids(List<String> stableIds) {
      this.ids = List.copyOf(stableIds);
      return this;
    }

    /** Sets the class of every example, an index into the class names. */
    public Builder labels(int... classes) {
      this.labels = classes.clone();
      return this;
    }

    /** Names the classes; "0", "1", … up to the largest label if not given. */
    public Builder classNames(List<String> names) {
      this.classNames = List.copyOf(names);
      return this;
    }

    /**
     * Sets the value of every example that a regressor is to predict, in place of classes.
     *
     * @param numbers all finite
     * @param unitOfValues such as {@code "DM"}; empty for numbers without one
     */
    public Builder values(double[] numbers, String unitOfValues) {
      this.values = new Targets.Values(numbers.clone(), unitOfValues);
      return this;
    }

    /**
     * Sets how much each example counts when a model is trained on the data; all alike if not
     * given.
     *
     * @param numbers none negative
     * @see Dataset#trainingWeights()
     */
    public Builder trainingWeights(double... numbers) {
      return trainingWeights(numbers, "given");
    }

    /** Says also where they are from. */
    Builder trainingWeights(double[] numbers, String origin) {
      this.weights = new TrainingWeights(numbers.clone(), origin);
      return this;
    }

    /** Adds a group column: one value per example. */
    public Builder column(String column, List<String> values) {
      columns.put(column, List.copyOf(values));
      return this;
    }

    /**
     * Adds a fact about how the features were made, for provenance.
     *
     * @throws TouchstoneException for a name by which verdicts say something else of data
     */
    public Builder prepared(String what, String how) {
      DataFacts.refuseReserved(what);
      this.preparation = preparation.with(new Fact(what, how));
      return this;
    }

    /** Adds a step in which features were made; a second one of a kind does not hide the first. */
    Builder followedBy(Fact step) {
      this.preparation = preparation.followedBy(step.name(), step.value());
      return this;
    }

    /** Says how the order of classes was guessed which nobody declared. */
    Builder classesTaken(String how) {
      this.preparation = preparation.withClassesTaken(how);
      return this;
    }

    /** Takes the hash of the rows from a reader that checked them as they came. */
    Builder checkedRows(RowCheck check) {
      this.checkedRows = check.sha256();
      return this;
    }

    /**
     * Returns the data set, checked and hashed in one pass.
     *
     * @throws TouchstoneException for lengths that differ, infinite features, or NaN where none may
     *     be missing, labels outside the classes, a training weight that is negative or not finite,
     *     or an id twice
     */
    public Dataset build() {
      Targets targets = targets();
      List<String> given = ids;
      Examples examples =
          new Examples(
              features.size() == 0 && !inputs.names().isEmpty()
                  ? new NoFeatures(targets.size())
                  : features,
              featureNames,
              inputs,
              given != null ? given : new Positions(targets.size()),
              given != null,
              targets,
              weights);
      DatasetCheck check = new DatasetCheck(name, examples, columns, missing);
      check.requireSound();
      return new Dataset(
          name, check.sha256(checkedRows), examples, Groups.of(name, columns), preparation);
    }

    private Targets targets() {
      Targets given = values;
      if (given == null) {
        return classNames.isEmpty()
            ? Targets.Classes.numbered(labels)
            : new Targets.Classes(labels, classNames);
      }
      if (labels.length > 0 || !classNames.isEmpty()) {
        throw new TouchstoneException(
            "%s was given both classes and values to predict; give .labels(…) or .values(…)"
                .formatted(name));
      }
      return given;
    }
  }
}
