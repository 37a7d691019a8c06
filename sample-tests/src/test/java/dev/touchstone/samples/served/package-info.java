/** Models as the JVM serves them: each library's own file, read by its own library. */
package dev.touchstone.samples.served;
