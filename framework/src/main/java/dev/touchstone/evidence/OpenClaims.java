package dev.touchstone.evidence;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The claims that tests have begun to write down: a fluent assertion that ends before its claim
 * decides nothing, and looks as if it did.
 *
 * <p>A claim belongs to the test that is asking or, outside a test framework's extension, to its
 * thread.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class OpenClaims {
  private final Map<String, Claims> byTest = new HashMap<>();

  /** Threads end without anybody asking what they left. */
  private final Map<Thread, Claims> byThread = new WeakHashMap<>();

  private OpenClaims() {}

  /** Those of a session. */
  public static OpenClaims of(RunSession session) {
    return session.get(OpenClaims.class, OpenClaims::new);
  }

  /** What one test or thread has opened: of claims that are made nothing is kept. */
  private static final class Claims {
    private final Set<Opened> unfinished = new LinkedHashSet<>();

    private synchronized void add(Opened opened) {
      unfinished.add(opened);
    }

    private synchronized void remove(Opened made) {
      unfinished.remove(made);
    }

    private synchronized Taken taken() {
      return new Taken(true, unfinished.stream().map(Opened::unfinished).toList());
    }
  }

  /** A claim that somebody begins to write down. */
  public static final class Opened {
    private final Claims claims;
    private final String where;
    private String written;
    private String cure;

    private Opened(Claims claims, String where, String written, String cure) {
      this.claims = claims;
      this.where = where;
      this.written = written;
      this.cure = cure;
    }

    /**
     * More of it is written.
     *
     * @param more such as {@code .on(…)}
     * @param next how it could be finished, such as {@code .hasErrorRateWithin(0.05)}
     */
    public synchronized void write(String more, String next) {
      written += more;
      cure = next;
    }

    /** It is made: whatever becomes of it, somebody hears. */
    public void make() {
      claims.remove(this);
    }

    private synchronized String unfinished() {
      return "%s%s decides nothing: finish it with what it claims, such as %s, or remove it"
          .formatted(written, where.isEmpty() ? "" : " at " + where, cure);
    }
  }

  /**
   * Begins a claim.
   *
   * @param written what stands there so far, such as {@code assertThatModel(…)}
   * @param cure how it could go on
   * @param where the place in the code; may be empty
   */
  public Opened open(RunContext context, String written, String cure, String where) {
    Claims claims = claimsOf(context);
    Opened opened = new Opened(claims, where, written, cure);
    claims.add(opened);
    return opened;
  }

  /** Notes that a claim was made at once, without being opened before. */
  public void makeAtOnce(RunContext context) {
    claimsOf(context);
  }

  private synchronized Claims claimsOf(RunContext context) {
    return context
        .test()
        .map(test -> byTest.computeIfAbsent(test.id(), id -> new Claims()))
        .orElseGet(() -> byThread.computeIfAbsent(Thread.currentThread(), t -> new Claims()));
  }

  /**
   * What became of a test's claims.
   *
   * @param any whether it has opened any
   * @param unfinished those that it has not finished, each with what to write
   */
  public record Taken(boolean any, List<String> unfinished) {
    /** Copies the list. */
    public Taken {
      unfinished = List.copyOf(unfinished);
    }
  }

  /** Which claims a test has opened, and which of them not finished. */
  public synchronized Taken of(String test) {
    return taken(byTest.get(test));
  }

  /** The same, and forgets them. */
  public synchronized Taken take(String test) {
    return taken(byTest.remove(test));
  }

  /** Those of this thread which belong to no test, and forgets them. */
  public synchronized Taken takeOfThread() {
    return taken(byThread.remove(Thread.currentThread()));
  }

  /** Those of all threads which belong to no test, and forgets them. */
  public synchronized Taken takeOfAllThreads() {
    List<String> unfinished = new ArrayList<>();
    byThread.values().forEach(claims -> unfinished.addAll(claims.taken().unfinished()));
    boolean any = !byThread.isEmpty();
    byThread.clear();
    return new Taken(any, unfinished);
  }

  private static Taken taken(@Nullable Claims claims) {
    return claims == null ? new Taken(false, List.of()) : claims.taken();
  }
}
