package dev.touchstone.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user set: {@code touchstone.*} from JUnit configuration parameters, system properties or
 * {@code touchstone.properties} on the class path, in this order of precedence.
 *
 * @param device {@code touchstone.device}: {@code cpu} (default), {@code gpu}, {@code gpu:1} or
 *     {@code auto}
 * @param seed {@code touchstone.seed}: the run's seed, 42 by default
 * @param policy {@code touchstone.policy}: {@code strict} (default) or {@code lenient}
 * @param memoryBytes {@code touchstone.memory}: the budget for one evaluation's working memory,
 *     such as {@code 512m} (default) or {@code 2g}
 * @param reportDirectory {@code touchstone.report.dir}: where verdicts and pictures land; {@code
 *     target/touchstone} under Maven and {@code build/touchstone} under Gradle by default
 * @param baselineFile {@code touchstone.baseline.file}: what approved models measured, and the
 *     frozen values of claims that are known to fail; {@code
 *     src/test/resources/touchstone-baseline.json} by default
 * @param updateBaseline {@code touchstone.baseline}: {@code read} (default), or {@code update} to
 *     write that file
 * @param ci {@code touchstone.ci}: whether nobody watches, so that no baseline is written and no
 *     progress is shown; by default what the environment variable {@code CI} says
 * @param suiteVersion {@code touchstone.suite.version}: which edition of the tests this is, such as
 *     1.4.0; kept with each verdict, so that a gate can refuse those of older editions. Only dotted
 *     numbers can be told older from newer: a commit cannot
 * @param models {@code touchstone.model} and {@code touchstone.model.<name>}: files in place of
 *     those that the tests name for their models, by key; a test framework's extension obeys them
 * @param reportHtml {@code touchstone.report.html}: {@code true} to have {@code report.html} and a
 *     summary written beside the verdicts at the end of a run; takes touchstone-report on the class
 *     path
 * @param reportDiscoveries {@code touchstone.report.discoveries}: the name of the correction over
 *     all claims by which that report marks discoveries, {@code benjamini-yekutieli} by default
 * @param runId {@code touchstone.run.id}: which run a JVM's verdicts belong to, the same for all
 *     JVMs of a run and another for the next; up to 100 letters, digits, dashes and underscores.
 *     Where it is not given, {@link RunIdentity} finds it out
 */
public record Settings(
    String device,
    long seed,
    Policy policy,
    long memoryBytes,
    Path reportDirectory,
    Path baselineFile,
    boolean updateBaseline,
    boolean ci,
    Optional<String> suiteVersion,
    Map<String, String> models,
    boolean reportHtml,
    String reportDiscoveries,
    Optional<String> runId) {

  /**
   * The key of the file in place of a suite's only model; with a dot and a name, of one of many.
   */
  public static final String MODEL = "touchstone.model";

  /** {@code touchstone.memory} where nothing is set: half a gibibyte. */
  public static final long MEMORY_BY_DEFAULT = 512L << 20;

  private static final String DEVICE_BY_DEFAULT = "cpu";
  private static final long SEED_BY_DEFAULT = 42;
  private static final String DISCOVERIES_BY_DEFAULT = "benjamini-yekutieli";

  private static final Path BASELINE_FILE =
      Path.of("src", "test", "resources", "touchstone-baseline.json");
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,9})\\s*([kmg]?)b?");
  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");
  private static final Pattern DEVICE = Pattern.compile("cpu|auto|gpu(:\\d{1,3})?");

  /**
   * Sorts the models by key.
   *
   * @throws TouchstoneException for an id of the run that cannot be part of a file's name
   */
  public Settings {
    runId.ifPresent(Settings::refuseUnusableRunId);
    models = Collections.unmodifiableMap(new TreeMap<>(models));
  }

  /** With the models that the tests name. */
  public Settings(
      String device,
      long seed,
      Policy policy,
      long memoryBytes,
      Path reportDirectory,
      Path baselineFile,
      boolean updateBaseline,
      boolean ci,
      Optional<String> suiteVersion) {
    this(
        device,
        seed,
        policy,
        memoryBytes,
        reportDirectory,
        baselineFile,
        updateBaseline,
        ci,
        suiteVersion,
        Map.of(),
        false,
        DISCOVERIES_BY_DEFAULT,
        Optional.empty());
  }

  /** With a baseline that is only read, and nobody watching. */
  public Settings(String device, long seed, Policy policy, long memoryBytes, Path reportDirectory) {
    this(
        device,
        seed,
        policy,
        memoryBytes,
        reportDirectory,
        BASELINE_FILE,
        false,
        true,
        Optional.empty());
  }

  /** Returns the same settings with another report directory. */
  public Settings reportingTo(Path directory) {
    return with(directory, models);
  }

  /** Returns the same settings with more files in place of models, by key. */
  public Settings replacing(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(models);
    all.putAll(more);
    return with(reportDirectory, all);
  }

  private Settings with(Path otherDirectory, Map<String, String> otherModels) {
    return new Settings(
        device,
        seed,
        policy,
        memoryBytes,
        otherDirectory,
        baselineFile,
        updateBaseline,
        ci,
        suiteVersion,
        otherModels,
        reportHtml,
        reportDiscoveries,
        runId);
  }

  /**
   * Reads them from system properties and {@code touchstone.properties} alone, as outside JUnit.
   */
  public static Settings fromSystem() {
    return from(key -> Optional.empty());
  }

  /**
   * Reads them from {@code first}, then system properties, then {@code touchstone.properties}.
   *
   * @param first looks up a full key such as {@code touchstone.seed}
   * @throws TouchstoneException naming the key, the value and what is accepted; or, of a key that
   *     is no setting, the nearest one that is
   */
  public static Settings from(Function<String, Optional<String>> first) {
    Properties file = file();
    SettingNames.refuseUnknown(
        System.getProperties().stringPropertyNames(), "the system properties");
    SettingNames.refuseUnknown(file.stringPropertyNames(), "touchstone.properties");
    Function<String, Optional<String>> lookup =
        key ->
            first
                .apply(key)
                .or(() -> Optional.ofNullable(System.getProperty(key)))
                .or(() -> Optional.ofNullable(file.getProperty(key)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    return new Settings(
        lookup.apply("touchstone.device").map(Settings::device).orElse(DEVICE_BY_DEFAULT),
        lookup.apply("touchstone.seed").map(Settings::seed).orElse(SEED_BY_DEFAULT),
        lookup.apply("touchstone.policy").map(Settings::policy).orElse(Policy.STRICT),
        lookup.apply("touchstone.memory").map(Settings::memory).orElse(MEMORY_BY_DEFAULT),
        lookup
            .apply("touchstone.report.dir")
            .map(value -> path("touchstone.report.dir", value))
            .orElseGet(Settings::buildDirectory),
        lookup
            .apply("touchstone.baseline.file")
            .map(value -> path("touchstone.baseline.file", value))
            .orElse(BASELINE_FILE),
        lookup.apply("touchstone.baseline").map(Settings::updatesBaseline).orElse(false),
        lookup.apply("touchstone.ci").map(Settings::ci).orElseGet(Settings::ciOfEnvironment),
        lookup.apply("touchstone.suite.version"),
        models(lookup, file),
        lookup.apply("touchstone.report.html").map(Settings::reportHtml).orElse(false),
        lookup.apply("touchstone.report.discoveries").orElse(DISCOVERIES_BY_DEFAULT),
        lookup.apply("touchstone.run.id"));
  }

  /**
   * Returns everything by default but where verdicts land, for those who have to write there though
   * another setting cannot be used.
   *
   * @param first as in {@link #from}
   */
  public static Settings ofReportDirectory(Function<String, Optional<String>> first) {
    String key = "touchstone.report.dir";
    Path directory;
    try {
      directory =
          first
              .apply(key)
              .or(() -> Optional.ofNullable(System.getProperty(key)))
              .or(() -> Optional.ofNullable(file().getProperty(key)))
              .map(String::strip)
              .filter(value -> !value.isEmpty())
              .map(Path::of)
              .orElseGet(Settings::buildDirectory);
    } catch (InvalidPathException e) {
      directory = buildDirectory();
    }
    return new Settings(
        DEVICE_BY_DEFAULT, SEED_BY_DEFAULT, Policy.STRICT, MEMORY_BY_DEFAULT, directory);
  }

  /** A lookup cannot be asked for its keys, so names come from where they can be listed. */
  private static Map<String, String> models(
      Function<String, Optional<String>> lookup, Properties file) {
    Set<String> keys = new TreeSet<>(file.stringPropertyNames());
    keys.addAll(System.getProperties().stringPropertyNames());
    keys.removeIf(key -> !key.startsWith(MODEL + "."));
    keys.add(MODEL);
    Map<String, String> models = new TreeMap<>();
    keys.forEach(key -> lookup.apply(key).ifPresent(given -> models.put(key, given)));
    return models;
  }

  /**
   * Returns what has to be given on the command line to have these settings again: the seed, what
   * is not the default, and the files in place of models; quoted for a shell.
   */
  public String options() {
    StringBuilder options = new StringBuilder(optionsWithoutModels());
    models.forEach((key, file) -> options.append(' ').append(quoted("-D" + key + "=" + file)));
    return options.toString();
  }

  String optionsWithoutModels() {
    StringBuilder options = new StringBuilder("-Dtouchstone.seed=").append(seed);
    if (!device.equals(DEVICE_BY_DEFAULT)) {
      options.append(" -Dtouchstone.device=").append(device);
    }
    if (policy != Policy.STRICT) {
      options.append(" -Dtouchstone.policy=").append(policy.name().toLowerCase(Locale.ROOT));
    }
    if (memoryBytes != MEMORY_BY_DEFAULT) {
      options.append(" -Dtouchstone.memory=").append(memoryBytes);
    }
    return options.toString();
  }

  /** For a shell: a path may hold blanks, and whatever else a shell would read. */
  static String quoted(String argument) {
    return "'" + argument.replace("'", "'\\''") + "'";
  }

  private static Properties file() {
    Properties properties = new Properties();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    if (loader == null) {
      loader = Settings.class.getClassLoader();
    }
    try (InputStream in = loader.getResourceAsStream("touchstone.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("touchstone.properties could not be read", e);
    }
    return properties;
  }

  private static String device(String value) {
    String device = value.toLowerCase(Locale.ROOT);
    if (!DEVICE.matcher(device).matches()) {
      throw unusable("touchstone.device", value, "cpu, gpu, gpu:0 or auto");
    }
    return device;
  }

  private static long seed(String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw unusable("touchstone.seed", value, "a whole number");
    }
  }

  private static Policy policy(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "strict" -> Policy.STRICT;
      case "lenient" -> Policy.LENIENT;
      default -> throw unusable("touchstone.policy", value, "strict or lenient");
    };
  }

  private static long memory(String value) {
    Matcher matcher = MEMORY.matcher(value.toLowerCase(Locale.ROOT));
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw unusable("touchstone.memory", value, "a size such as 512m or 2g");
    }
    int shift =
        switch (matcher.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }

  private static Path path(String key, String value) {
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      throw unusable(key, value, "a path");
    }
  }

  private static boolean updatesBaseline(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "update" -> true;
      case "read" -> false;
      default ->
          throw unusable(
              "touchstone.baseline",
              value,
              "read or update; the file itself is named by touchstone.baseline.file");
    };
  }

  private static boolean ci(String value) {
    return yesOrNo("touchstone.ci", value);
  }

  private static boolean reportHtml(String value) {
    return yesOrNo("touchstone.report.html", value);
  }

  /** It becomes part of file names, on every platform. */
  private static void refuseUnusableRunId(String value) {
    if (!RUN_ID.matcher(value).matches()) {
      throw unusable(
          "touchstone.run.id", value, "up to 100 letters, digits, dashes and underscores");
    }
  }

  private static boolean yesOrNo(String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw unusable(key, value, "true or false");
    };
  }

  private static boolean ciOfEnvironment() {
    String ci = System.getenv("CI");
    return ci != null && !ci.isBlank() && !ci.equalsIgnoreCase("false");
  }

  private static Path buildDirectory() {
    boolean gradle = System.getProperty("org.gradle.test.worker") != null;
    return Path.of(gradle ? "build" : "target", "touchstone");
  }

  private static TouchstoneException unusable(String key, String value, String accepted) {
    return new TouchstoneException(key + " = \"" + value + "\" cannot be used; give " + accepted);
  }
}
