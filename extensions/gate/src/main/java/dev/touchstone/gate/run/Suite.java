package dev.touchstone.gate.run;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compiled tests, and what they need to run.
 *
 * <pre>{@code
 * Suite.of(List.of(Path.of("suite.jar"))).withClassPath("lib/*").withProperty("touchstone.seed", "7")
 * }</pre>
 */
public final class Suite {
  private static final String EVERY_JAR = "*";

  private final List<Path> roots;
  private final List<Path> classPath;
  private final Path directory;
  private final List<String> includedTags;
  private final List<String> excludedTags;
  private final List<String> selected;
  private final List<String> jvmArguments;
  private final Map<String, String> properties;

  private Suite(
      List<Path> roots,
      List<Path> classPath,
      Path directory,
      List<String> includedTags,
      List<String> excludedTags,
      List<String> selected,
      List<String> jvmArguments,
      Map<String, String> properties) {
    this.roots = roots;
    this.classPath = classPath;
    this.directory = directory;
    this.includedTags = List.copyOf(includedTags);
    this.excludedTags = List.copyOf(excludedTags);
    this.selected = List.copyOf(selected);
    this.jvmArguments = List.copyOf(jvmArguments);
    this.properties = new TreeMap<>(properties);
  }

  /**
   * All test classes of jars or directories of classes.
   *
   * @throws TouchstoneException if there is none, or one does not exist
   */
  public static Suite of(List<Path> jarsOrDirectories) {
    if (jarsOrDirectories.isEmpty()) {
      throw new TouchstoneException("no suite; give the jar of the compiled tests");
    }
    return new Suite(
        jarsOrDirectories.stream().map(path -> existing(path, "suite")).toList(),
        List.of(),
        Path.of("").toAbsolutePath(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Map.of());
  }

  /**
   * With what the tests need beside themselves, natives included: jars and directories separated as
   * in {@code java -cp}; {@code lib/*} stands for every jar in a directory.
   *
   * @throws TouchstoneException if one does not exist
   */
  public Suite withClassPath(String entries) {
    Set<Path> all = new LinkedHashSet<>(classPath);
    for (String entry : entries.split(java.io.File.pathSeparator)) {
      if (!entry.isBlank()) {
        all.addAll(entries(entry));
      }
    }
    return new Suite(
        roots,
        List.copyOf(all),
        directory,
        includedTags,
        excludedTags,
        selected,
        jvmArguments,
        properties);
  }

  /**
   * Runs the tests in a directory, from which their relative paths count; by default this
   * process's.
   *
   * @throws TouchstoneException if it is no directory
   */
  public Suite in(Path workingDirectory) {
    Path absolute = workingDirectory.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      throw new TouchstoneException(
          "the working directory \"" + workingDirectory + "\" is no directory; give one");
    }
    return new Suite(
        roots, classPath, absolute, includedTags, excludedTags, selected, jvmArguments, properties);
  }

  /** Only tests with, and without, tags; an empty list leaves that open. */
  public Suite tagged(List<String> with, List<String> without) {
    return new Suite(
        roots, classPath, directory, with, without, selected, jvmArguments, properties);
  }

  /** Only classes, such as {@code com.acme.DigitsTest}, or methods: {@code …DigitsTest#isRight}. */
  public Suite selecting(List<String> classesOrMethods) {
    return new Suite(
        roots,
        classPath,
        directory,
        includedTags,
        excludedTags,
        classesOrMethods,
        jvmArguments,
        properties);
  }

  /** With arguments for the JVM, such as {@code -Xmx4g}. */
  public Suite withJvmArguments(List<String> arguments) {
    return new Suite(
        roots, classPath, directory, includedTags, excludedTags, selected, arguments, properties);
  }

  /** With system properties, such as {@code touchstone.seed}. */
  public Suite withProperties(Map<String, String> systemProperties) {
    return new Suite(
        roots,
        classPath,
        directory,
        includedTags,
        excludedTags,
        selected,
        jvmArguments,
        systemProperties);
  }

  private static List<Path> entries(String entry) {
    if (!entry.equals(EVERY_JAR) && !entry.endsWith("/" + EVERY_JAR) && !entry.endsWith("\\*")) {
      return List.of(existing(Path.of(entry), "class path entry"));
    }
    Path directory = existing(Path.of(entry.substring(0, entry.length() - 1)), "class path entry");
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
      files.forEach(jars::add);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " could not be read", e);
    }
    if (jars.isEmpty()) {
      throw new TouchstoneException("the class path entry \"" + entry + "\" holds no jar");
    }
    return jars.stream().sorted().toList();
  }

  private static Path existing(Path path, String what) {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.isReadable(absolute)) {
      throw new TouchstoneException(
          "no readable " + what + " \"" + path + "\"; looked at " + absolute);
    }
    return absolute;
  }

  Path directory() {
    return directory;
  }

  List<String> jvmArguments() {
    return jvmArguments;
  }

  Map<String, String> properties() {
    return Map.copyOf(properties);
  }

  /** The tests themselves, then what they need. */
  List<Path> wholeClassPath() {
    Set<Path> all = new LinkedHashSet<>(roots);
    all.addAll(classPath);
    return List.copyOf(all);
  }

  /** What {@link SuiteMain} is told to run. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    roots.forEach(root -> arguments.add(SuiteMain.ROOT + root));
    includedTags.forEach(tag -> arguments.add(SuiteMain.INCLUDE_TAG + tag));
    excludedTags.forEach(tag -> arguments.add(SuiteMain.EXCLUDE_TAG + tag));
    selected.forEach(name -> arguments.add(SuiteMain.SELECT + name));
    return arguments;
  }

  /** Whether a class or resource is on the class path. */
  boolean has(String resource) {
    try (URLClassLoader loader = new URLClassLoader(urls(), null)) {
      return loader.findResource(resource) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private URL[] urls() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path entry : wholeClassPath()) {
      urls.add(entry.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** The SHA-256 of each jar of tests, in hexadecimal, by file; directories have none. */
  public Map<Path, String> jarDigests() {
    Map<Path, String> digests = new TreeMap<>();
    for (Path root : roots) {
      if (Files.isRegularFile(root)) {
        try {
          digests.put(root, Digest.ofBytes(Files.readAllBytes(root)));
        } catch (IOException e) {
          throw new UncheckedIOException(root + " could not be read", e);
        }
      }
    }
    return digests;
  }
}
