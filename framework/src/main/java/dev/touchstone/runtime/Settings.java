package dev.touchstone.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
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
 */
public record Settings(
    String device, long seed, Policy policy, long memoryBytes, Path reportDirectory) {

  private static final Pattern MEMORY = Pattern.compile("(\\d{1,9})\\s*([kmg]?)b?");
  private static final Pattern DEVICE = Pattern.compile("cpu|auto|gpu(:\\d{1,3})?");

  /** From system properties and {@code touchstone.properties} alone, as outside JUnit. */
  public static Settings fromSystem() {
    return from(key -> Optional.empty());
  }

  /**
   * From {@code first}, then system properties, then {@code touchstone.properties}.
   *
   * @param first looks up a full key such as {@code touchstone.seed}
   * @throws TouchstoneException naming the key, the value and what is accepted
   */
  public static Settings from(Function<String, Optional<String>> first) {
    Properties file = file();
    Function<String, Optional<String>> lookup =
        key ->
            first
                .apply(key)
                .or(() -> Optional.ofNullable(System.getProperty(key)))
                .or(() -> Optional.ofNullable(file.getProperty(key)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    return new Settings(
        lookup.apply("touchstone.device").map(Settings::device).orElse("cpu"),
        lookup.apply("touchstone.seed").map(Settings::seed).orElse(42L),
        lookup.apply("touchstone.policy").map(Settings::policy).orElse(Policy.STRICT),
        lookup.apply("touchstone.memory").map(Settings::memory).orElse(512L << 20),
        lookup.apply("touchstone.report.dir").map(Path::of).orElseGet(Settings::buildDirectory));
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

  private static Path buildDirectory() {
    boolean gradle = System.getProperty("org.gradle.test.worker") != null;
    return Path.of(gradle ? "build" : "target", "touchstone");
  }

  private static TouchstoneException unusable(String key, String value, String accepted) {
    return new TouchstoneException(key + " = \"" + value + "\" cannot be used; give " + accepted);
  }
}
