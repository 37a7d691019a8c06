package dev.touchstone.runtime;

import ai.djl.util.ClassLoaderUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of PyTorch's native libraries DJL has to choose from: read where DJL reads it, so that a
 * message says why there is no engine or no GPU, and provenance of which CUDA libtorch is.
 *
 * @param builds on the class path, in its order
 * @param folder what {@code PYTORCH_LIBRARY_PATH} names, which goes before the class path
 * @param folderFlavor what {@code PYTORCH_FLAVOR} says of it
 * @param djl the version of DJL's engine; empty if it does not say
 * @param bridge the version of {@code pytorch-jni}; empty if there is none
 */
record PyTorchNatives(
    List<Build> builds,
    Optional<String> folder,
    Optional<String> folderFlavor,
    String djl,
    String bridge) {
  private static final Pattern CUDA = Pattern.compile("cu(\\d+)(\\d)(-.*)?");

  /**
   * One build of libtorch.
   *
   * @param version such as {@code 2.5.1}
   * @param flavor such as {@code cpu} or {@code cu124}
   */
  record Build(String version, String flavor) {
    @Override
    public String toString() {
      return "PyTorch %s for %s".formatted(version, inWords(flavor));
    }
  }

  /** Returns what this process finds. */
  static PyTorchNatives found() {
    List<Build> builds = new ArrayList<>();
    for (Properties build : properties("native/lib/pytorch.properties")) {
      builds.add(
          new Build(number(build.getProperty("version", "")), build.getProperty("flavor", "cpu")));
    }
    return of(
        builds,
        Utils::getEnvOrSystemProperty,
        first("pytorch-engine.properties", "djl_version"),
        first("jnilib/pytorch.properties", "jni_version"));
  }

  static PyTorchNatives of(
      List<Build> builds, Function<String, @Nullable String> given, String djl, String bridge) {
    return new PyTorchNatives(
        List.copyOf(builds),
        given(given, "PYTORCH_LIBRARY_PATH"),
        given(given, "PYTORCH_FLAVOR"),
        djl,
        bridge);
  }

  private static Optional<String> given(Function<String, @Nullable String> of, String name) {
    return Optional.ofNullable(of.apply(name)).filter(value -> !value.isBlank());
  }

  private static String first(String resource, String key) {
    return properties(resource).stream()
        .map(found -> found.getProperty(key, ""))
        .findFirst()
        .orElse("");
  }

  private static List<Properties> properties(String resource) {
    List<Properties> all = new ArrayList<>();
    try {
      for (URL url :
          Collections.list(ClassLoaderUtils.getContextClassLoader().getResources(resource))) {
        Properties one = new Properties();
        try (InputStream file = url.openStream()) {
          one.load(file);
        }
        all.add(one);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
    return all;
  }

  /** Without the day that it was packed on, the CUDA that it is for, or the DJL that it is of. */
  private static String number(String version) {
    return version.replaceFirst("[-+].*", "");
  }

  /** Whether one of them could use a GPU; of a folder without a flavour, it is not known. */
  boolean mayBeForCuda() {
    return folder.isPresent()
        ? folderFlavor.isEmpty() || isCuda(folderFlavor.get())
        : builds.stream().anyMatch(build -> isCuda(build.flavor()));
  }

  /** Returns the version of CUDA that libtorch is built for, such as {@code 12.4}. */
  Optional<String> cuda() {
    return (folder.isPresent() ? folderFlavor.stream() : builds.stream().map(Build::flavor))
        .map(CUDA::matcher)
        .filter(Matcher::matches)
        .map(cuda -> cuda.group(1) + "." + cuda.group(2))
        .findFirst();
  }

  /**
   * Returns whether DJL takes none of the builds on the class path for CUDA, since the runtime
   * library that it found is of another major version.
   */
  boolean refuses(String cudaRuntime) {
    String major = cudaRuntime.replaceFirst("\\..*", "");
    return folder.isEmpty() && cuda().filter(cuda -> !cuda.startsWith(major + ".")).isPresent();
  }

  private static boolean isCuda(String flavor) {
    return CUDA.matcher(flavor).matches();
  }

  private static String inWords(String flavor) {
    Matcher cuda = CUDA.matcher(flavor);
    return cuda.matches()
        ? "CUDA %s.%s".formatted(cuda.group(1), cuda.group(2))
        : flavor.startsWith("cpu") ? "the CPU" : flavor;
  }

  /** Returns which they are, for a sentence such as "the natives are …". */
  String inWords() {
    if (folder.isPresent()) {
      return "the libtorch of PYTORCH_LIBRARY_PATH (%s), PYTORCH_FLAVOR = %s"
          .formatted(folder.get(), folderFlavor.orElse("not set"));
    }
    return builds.isEmpty()
        ? "none"
        : builds.stream().map(Build::toString).collect(Collectors.joining(" and "));
  }

  /**
   * Refuses a folder whose libtorch is another version than the one that {@code pytorch-jni} calls
   * into: loading it ends the process.
   *
   * @throws MissingNativesException with the two versions
   */
  void refuseOtherVersion() {
    if (otherVersion().isPresent()) {
      throw new MissingNativesException(whyNotStarted(), null);
    }
  }

  /** What stands in the file {@code build-version} beside the folder {@code lib} of a libtorch. */
  private Optional<String> otherVersion() {
    if (folder.isEmpty() || bridge.isEmpty()) {
      return Optional.empty();
    }
    Path libraries = Path.of(folder.get()).toAbsolutePath();
    Path note = libraries.resolveSibling("build-version");
    if (!Files.isRegularFile(note)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(note).strip())
          .filter(version -> !number(version).equals(number(bridge)));
    } catch (IOException e) {
      throw new UncheckedIOException(note + " cannot be read", e);
    }
  }

  /** Returns why the engine does not start with them, and what to write. */
  String whyNotStarted() {
    if (folder.isPresent()) {
      return ("PyTorch does not start with %s%s; name the folder lib of libtorch %s there, and in"
              + " PYTORCH_FLAVOR what pytorch-jni %s is built for: cpu, or cu with the digits"
              + " of CUDA's version, such as %s (docs/accelerator.md)")
          .formatted(
              inWords(),
              otherVersion().map(", which is of version "::concat).orElse(""),
              number(bridge),
              bridge,
              Dependencies.cudaFlavor());
    }
    Optional<Build> unbridged =
        builds.stream()
            .filter(build -> !bridge.startsWith(build.version() + "-" + djl))
            .findFirst();
    if (unbridged.isPresent()) {
      return ("DJL %s calls %s through pytorch-jni %s-%s, and on the class path is %s; give"
              + " ai.djl:api, pytorch-engine, pytorch-jni and the natives of one set: what"
              + " touchstone-framework brings with %s, or what %s brings (docs/accelerator.md)")
          .formatted(
              djl,
              unbridged.get(),
              unbridged.get().version(),
              djl,
              bridge.isEmpty() ? "none" : bridge,
              Dependencies.nativesForCpu(),
              Dependencies.nativesForCuda());
    }
    if (!builds.isEmpty() && builds.stream().allMatch(build -> isCuda(build.flavor()))) {
      return ("the PyTorch natives on the class path are %s, which DJL loads only where it finds a"
              + " GPU, and here %s; run where there is one, or put"
              + " ai.djl.pytorch:pytorch-native-cpu:%s with your platform's classifier behind"
              + " them on the class path (docs/accelerator.md)")
          .formatted(inWords(), MissingDevice.found(this), builds.get(0).version());
    }
    return ("the PyTorch native library for this platform is not on the class path; add %s, or %s"
            + " with your platform's classifier, such as linux-x86_64, osx-aarch64 or win-x86_64")
        .formatted(Dependencies.nativesForCpu(), Dependencies.pyTorchNative());
  }
}
