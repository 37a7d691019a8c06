package dev.touchstone.runtime;

import com.sun.jna.Library;
import org.jspecify.annotations.Nullable;

/** What is asked of the C library that native code of this process uses. */
interface CLibrary extends Library {
  /** Sets a variable that native code sees, an existing one only if {@code overwrite} is not 0. */
  int setenv(String name, String value, int overwrite);

  /** Removes a variable. */
  int unsetenv(String name);

  /** A variable's value; null if there is none. Java's own copy was made before. */
  @Nullable String getenv(String name);

  /** Sets a parameter of glibc's allocator; 0 if it is refused. Other C libraries lack it. */
  int mallopt(int parameter, int value);
}
