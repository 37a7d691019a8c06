package dev.touchstone.runtime;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apiguardian.api.API;

/**
 * Hands a JVM its class path in a file: a command line is bounded, by 32 kB where it is least, and
 * native libraries that read their process's own were seen to end it where it is long.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class ArgumentFile {
  private ArgumentFile() {}

  /**
   * Writes a file that gives a class path to {@code java}.
   *
   * @param file is overwritten
   * @param classPath as {@code java.class.path} holds it
   * @return what stands in the command line in place of {@code -cp} and the class path
   */
  public static String ofClassPath(Path file, String classPath) throws IOException {
    String quoted = classPath.replace("\\", "\\\\").replace("\"", "\\\"");
    Files.writeString(file, "-cp \"%s\"%n".formatted(quoted), nativeEncoding());
    return "@" + file;
  }

  /** That in which the launcher reads the file; the default charset is another since JDK 18. */
  private static Charset nativeEncoding() {
    String name = System.getProperty("native.encoding");
    return name == null ? Charset.defaultCharset() : Charset.forName(name);
  }
}
