package dev.touchstone.gate.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Member;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes of a suite that use JUnit. JUnit leaves out a class that cannot be loaded, and a
 * suite of which half was left out would look green.
 */
final class SuiteClasses {
  private static final int MOST_TOLD = 5;
  private static final String CLASS = ".class";

  private SuiteClasses() {}

  /** Those that cannot be loaded, each with the reason; at most five. */
  static List<String> unloadable(Collection<Path> roots) {
    List<String> unloadable = new ArrayList<>();
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        collect(root, unloadable);
      } else {
        try (FileSystem jar = FileSystems.newFileSystem(root)) {
          collect(jar.getPath("/"), unloadable);
        } catch (IOException e) {
          throw new UncheckedIOException(root + " could not be read", e);
        }
      }
    }
    return unloadable.subList(0, Math.min(MOST_TOLD, unloadable.size()));
  }

  private static void collect(Path root, List<String> unloadable) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String path = root.relativize(file).toString().replace('\\', '/');
        if (path.endsWith(CLASS)
            && !path.startsWith("META-INF/")
            && !path.startsWith("org/junit/")
            && usesJUnit(Files.readAllBytes(file))) {
          String name = path.substring(0, path.length() - CLASS.length()).replace('/', '.');
          load(name, unloadable);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(root + " could not be read", e);
    }
  }

  /** Type names stand in a class file as they are. */
  private static boolean usesJUnit(byte[] classFile) {
    String text = new String(classFile, StandardCharsets.ISO_8859_1);
    return text.contains("Lorg/junit/") || text.contains("Ldev/touchstone/jupiter/");
  }

  private static void load(String name, List<String> unloadable) {
    try {
      Class<?> type = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
      // What JUnit and its extensions look at; that needs the types of all of them.
      Member[][] unused = {
        type.getDeclaredMethods(), type.getDeclaredFields(), type.getDeclaredConstructors()
      };
    } catch (ClassNotFoundException | LinkageError e) {
      unloadable.add(name + " (" + e + ")");
    }
  }
}
