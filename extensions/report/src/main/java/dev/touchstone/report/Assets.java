package dev.touchstone.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page's own style sheet and scripts, and the policy that lets a browser run these and nothing
 * else.
 *
 * @param early the script that runs before the page is laid out
 * @param policy a Content-Security-Policy: no request goes out, no other script or style is obeyed
 */
record Assets(String style, String early, String script, String policy) {
  static final Assets OF_THE_PAGE = read(resource("report.css"), "report.js");

  /** A study looks like a report and does something else. */
  static final Assets OF_A_STUDY = read(resource("report.css") + resource("study.css"), "study.js");

  private static Assets read(String style, String scriptName) {
    String early = "document.documentElement.className='js'";
    String script = resource(scriptName);
    return new Assets(
        style,
        early,
        script,
        "default-src 'none'; img-src data:; style-src "
            + hash(style)
            + "; script-src "
            + hash(early)
            + " "
            + hash(script)
            + "; base-uri 'none'; form-action 'none'");
  }

  private static String resource(String name) {
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be read", e);
    }
  }

  private static String hash(String content) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sha256) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
