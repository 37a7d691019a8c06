package dev.touchstone.evidence.record;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads verdict files back: the only way from {@code verdicts.json} to {@link Verdict}s, for
 * reports, gates and baselines alike. A file that cannot be believed is refused as a whole.
 */
public final class VerdictReader {
  private static final String FILE = "verdicts.json";
  private static final String PARTS = "verdicts";

  /**
   * Run, and the JVM's number and start: no data file of the same folder's name has such a name.
   */
  private static final Pattern PART =
      Pattern.compile("[A-Za-z0-9_-]{1,100}\\.\\d+-\\d+-\\d+\\.jsonl");

  private static final long LARGEST = 1L << 30;

  private VerdictReader() {}

  /**
   * Reads the verdicts of files and directories. A directory stands for every {@code verdicts.json}
   * in it and below (links are not followed). A file that is reached twice is read once, and so is
   * one of which there are copies, as unpacked artefacts of a build are. Where lines of a run lie
   * below that none of its JVMs has merged, since all were killed, or it still runs, there is a
   * source without verdicts that is not {@linkplain VerdictSource#isComplete() complete}.
   *
   * @throws InvalidVerdictsException if there is no verdict file, or if one is cut off, has another
   *     schema version, was edited since it was written, or contradicts itself
   */
  public static RecordedVerdicts read(Collection<Path> places) {
    return read(places, VerdictBytes::verdict);
  }

  /**
   * Reads as {@link #read(Collection)} does, and leaves every figure out: pictures are most of a
   * file, and a decision looks at none. They are under the verdicts' digests all the same.
   */
  public static RecordedVerdicts readWithoutFigures(Collection<Path> places) {
    return read(places, WITHOUT_FIGURES);
  }

  private static RecordedVerdicts read(Collection<Path> places, Texts texts) {
    Set<Path> files = new LinkedHashSet<>();
    Set<Path> unmerged = new LinkedHashSet<>();
    for (Path place : places) {
      Found found = find(place);
      files.addAll(found.files());
      unmerged.addAll(found.unmerged());
    }
    List<VerdictSource> sources = new ArrayList<>();
    List<RecordedVerdict> verdicts = new ArrayList<>();
    List<RecordedFigure> shown = new ArrayList<>();
    Set<String> digests = new HashSet<>();
    for (Path file : files) {
      OneFile read = OneFile.read(file);
      if (!digests.add(read.source.sha256())) {
        continue;
      }
      sources.add(read.source);
      verdicts.addAll(read.verdicts(texts));
      shown.addAll(texts.figures() ? read.shown() : List.of());
    }
    unmerged.stream()
        .map(VerdictReader::unmerged)
        .filter(source -> digests.add(source.sha256()))
        .forEach(sources::add);
    return new RecordedVerdicts(sources, verdicts, shown);
  }

  /** Reads the verdicts of one file or directory, as {@link #read(Collection)} does. */
  public static RecordedVerdicts read(Path place) {
    return read(List.of(place));
  }

  /** What of a verdict is parsed. */
  private interface Texts {
    String text(VerdictBytes bytes, int verdict) throws CharacterCodingException;

    /** Whether what was shown without a claim is parsed. */
    default boolean figures() {
      return true;
    }
  }

  private static final Texts WITHOUT_FIGURES =
      new Texts() {
        @Override
        public String text(VerdictBytes bytes, int verdict) throws CharacterCodingException {
          return bytes.verdictWithoutFigures(verdict);
        }

        @Override
        public boolean figures() {
          return false;
        }
      };

  /** Merged files, and directories of lines beside which there is none. */
  private record Found(List<Path> files, List<Path> unmerged) {}

  private static Found find(Path place) {
    try {
      if (Files.isRegularFile(place)) {
        return new Found(List.of(place.toRealPath()), List.of());
      }
      if (!Files.isDirectory(place)) {
        throw new InvalidVerdictsException(
            place,
            "does not exist; run the tests first, and name their "
                + FILE
                + " or a directory above it");
      }
      try (Stream<Path> below =
          Files.find(
              place.toRealPath(),
              Integer.MAX_VALUE,
              (path, attributes) ->
                  attributes.isRegularFile() && (isMerged(path) || isPart(path)))) {
        List<Path> found = below.sorted().toList();
        List<Path> files = found.stream().filter(VerdictReader::isMerged).toList();
        List<Path> unmerged =
            found.stream()
                .filter(VerdictReader::isPart)
                .map(Path::getParent)
                .distinct()
                .filter(parts -> !Files.exists(parts.resolveSibling(FILE)))
                .toList();
        if (files.isEmpty()) {
          throw new InvalidVerdictsException(
              place,
              "holds no "
                  + FILE
                  + "; "
                  + (unmerged.isEmpty()
                      ? "run the tests first"
                      : "its run was killed before it ended: run the tests again"));
        }
        return new Found(files, unmerged);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + " could not be searched for verdicts", e);
    }
  }

  private static boolean isMerged(Path file) {
    return file.getFileName().toString().equals(FILE);
  }

  private static boolean isPart(Path file) {
    Path folder = file.getParent();
    return PART.matcher(file.getFileName().toString()).matches()
        && folder != null
        && folder.endsWith(PARTS);
  }

  private static VerdictSource unmerged(Path parts) {
    try (Stream<Path> files = Files.list(parts)) {
      Digest digest = Digest.sha256();
      String run = "";
      int unfinished = 0;
      for (Path part : files.filter(VerdictReader::isPart).sorted().toList()) {
        String name = part.getFileName().toString();
        digest.add(name).add(Digest.ofBytes(Files.readAllBytes(part)));
        run = name.substring(0, name.indexOf('.'));
        unfinished++;
      }
      return new VerdictSource(parts, digest.hex(), run, 0, unfinished, ModelTests.UNCOUNTED);
    } catch (IOException e) {
      throw new UncheckedIOException(parts + " could not be read", e);
    }
  }

  /** A file while it is read. */
  private static final class OneFile {
    private final VerdictSource source;
    private final VerdictBytes bytes;

    /** How many of the signed objects are verdicts; what is shown stands behind them. */
    private final int verdicts;

    private OneFile(VerdictSource source, VerdictBytes bytes, int verdicts) {
      this.source = source;
      this.bytes = bytes;
      this.verdicts = verdicts;
    }

    static OneFile read(Path file) {
      byte[] content = bytes(file);
      try {
        VerdictBytes bytes = VerdictBytes.cut(content);
        JsonElement element = StrictJson.parse(bytes.rest());
        if (!element.isJsonObject()) {
          throw endsEarly(content) ? cutOff(file, null) : noVerdicts(file, null);
        }
        Fields rest = Fields.of(element, "");
        refuseOtherSchema(file, rest);
        return new OneFile(
            checked(file, Digest.ofBytes(content), rest, bytes), bytes, rest.count("verdicts"));
      } catch (CharacterCodingException | JsonParseException | IllegalStateException e) {
        throw endsEarly(content) ? cutOff(file, e) : noVerdicts(file, e);
      } catch (Fields.Unexpected e) {
        throw notAsTheSchemaSays(file, e);
      }
    }

    private static VerdictSource checked(
        Path file, String sha256, Fields rest, VerdictBytes bytes) {
      int verdicts = rest.count("verdicts");
      // Earlier versions show nothing.
      int shown = rest.has("shown") ? rest.count("shown") : 0;
      if (verdicts + shown != bytes.size()) {
        throw noVerdicts(file, null);
      }
      IntStream.range(0, bytes.size())
          .parallel()
          .filter(i -> !bytes.isAsSigned(i))
          .min()
          .ifPresent(
              i -> {
                throw edited(
                    file,
                    place(i, verdicts) + " does not have the digest that it was written with");
              });
      Optional<ModelTests> tests =
          rest.text("schema").equals(VerdictLines.SCHEMA_WITHOUT_TESTS)
              ? Optional.empty()
              : Optional.of(VerdictParser.tests(rest.object("tests")));
      VerdictSource source =
          new VerdictSource(
              file,
              sha256,
              rest.text("run"),
              rest.howMany("unreadable", 0),
              rest.howMany("unfinished", 0),
              tests.orElse(ModelTests.UNCOUNTED));
      String digest =
          VerdictLines.digestOfFile(
              source.run(),
              source.unreadable(),
              source.unfinished(),
              tests,
              IntStream.range(0, bytes.size()).mapToObj(bytes::digest).toList());
      if (!rest.text(VerdictLines.DIGEST).equals(digest)) {
        throw edited(
            file, "a verdict, a figure or what became of a test was removed, added or moved");
      }
      return source;
    }

    List<RecordedVerdict> verdicts(Texts texts) {
      List<Object> read =
          IntStream.range(0, verdicts)
              .parallel()
              .mapToObj(i -> verdictOrRefusal(i, texts))
              .toList();
      Map<Question, RecordedVerdict> seen = new LinkedHashMap<>();
      for (int i = 0; i < read.size(); i++) {
        if (read.get(i) instanceof InvalidVerdictsException refusal) {
          throw refusal;
        }
        RecordedVerdict verdict = (RecordedVerdict) read.get(i);
        Question question = Question.of(verdict);
        RecordedVerdict before = seen.putIfAbsent(question, verdict);
        if (before != null && !before.fingerprint().equals(verdict.fingerprint())) {
          throw contradiction(
              i,
              "the run gave another verdict to the same claim of the same test on the same model;"
                  + " if these are two runs, give each its touchstone.run.id");
        }
        // The same question with the same answer, asked again: a test that was run again. That a
        // failure was accepted is no part of the answer, so what was not accepted once counts.
        if (before != null && before.verdict().acceptable() && !verdict.verdict().acceptable()) {
          seen.put(question, verdict);
        }
      }
      return List.copyOf(seen.values());
    }

    /** A test that was run again shows the same again, which is read once. */
    List<RecordedFigure> shown() {
      Map<List<Object>, RecordedFigure> seen = new LinkedHashMap<>();
      for (int i = verdicts; i < bytes.size(); i++) {
        String place = place(i, verdicts);
        try {
          RecordedFigure figure =
              VerdictParser.shown(Fields.of(StrictJson.parse(bytes.verdict(i)), place), source);
          seen.putIfAbsent(
              List.of(
                  figure.test().map(TestIdentity::id),
                  figure.shown().figure(),
                  figure.shown().subject()),
              figure);
        } catch (CharacterCodingException | JsonParseException | IllegalStateException e) {
          throw noVerdicts(source.file(), e);
        } catch (Fields.Unexpected e) {
          throw notAsTheSchemaSays(source.file(), e);
        } catch (VerdictParser.Contradiction | ArithmeticException | IllegalArgumentException e) {
          throw contradiction(place, PlainText.of(String.valueOf(e.getMessage()), 300));
        }
      }
      return List.copyOf(seen.values());
    }

    private static String place(int index, int verdicts) {
      return index < verdicts
          ? "verdicts[%d]".formatted(index)
          : "shown[%d]".formatted(index - verdicts);
    }

    /** What is wrong is told in the file's order, not in that in which threads come upon it. */
    private Object verdictOrRefusal(int index, Texts texts) {
      try {
        return verdict(index, texts);
      } catch (InvalidVerdictsException e) {
        return e;
      }
    }

    private RecordedVerdict verdict(int index, Texts texts) {
      try {
        return VerdictParser.verdict(
            StrictJson.parse(texts.text(bytes, index)), "verdicts[" + index + "]", source);
      } catch (CharacterCodingException | JsonParseException | IllegalStateException e) {
        throw noVerdicts(source.file(), e);
      } catch (Fields.Unexpected e) {
        throw notAsTheSchemaSays(source.file(), e);
      } catch (VerdictParser.Contradiction e) {
        throw contradiction(index, PlainText.of(String.valueOf(e.getMessage()), 300));
      } catch (ArithmeticException | IllegalArgumentException e) {
        throw contradiction(index, PlainText.of(String.valueOf(e.getMessage()), 300));
      }
    }

    /** What a verdict answers; two answers to one question in one run contradict each other. */
    private record Question(
        Optional<String> test,
        Optional<String> suite,
        Optional<String> id,
        String statement,
        List<Bound> bounds,
        List<List<String>> judged,
        Optional<String> because,
        Optional<String> inconclusiveAllowed,
        String check,
        String subject,
        FactText.Texts facts,
        long seed,
        Policy policy) {

      static Question of(RecordedVerdict recorded) {
        Verdict verdict = recorded.verdict();
        Claim claim = verdict.claim();
        Evidence evidence = verdict.evidence();
        Provenance provenance = evidence.provenance();
        return new Question(
            recorded.test().map(TestIdentity::id),
            // A test that was changed asks something else, in the next build of one daemon.
            recorded.test().flatMap(TestIdentity::suite).map(SuiteIdentity::sha256),
            claim.id(),
            claim.statement(),
            claim.bounds(),
            // One claim about data as a whole, and about each of its groups, are two questions.
            verdict.judgements().stream()
                .map(Verdict.Judgement::measurement)
                .map(measurement -> List.of(measurement.quantity(), measurement.slice()))
                .toList(),
            claim.because(),
            claim.inconclusiveAllowed(),
            evidence.check(),
            evidence.subject(),
            provenance.texts(),
            provenance.seed(),
            verdict.policy());
      }
    }

    private InvalidVerdictsException contradiction(int index, String what) {
      return contradiction(place(index, verdicts), what);
    }

    private InvalidVerdictsException contradiction(String place, String what) {
      return new InvalidVerdictsException(
          source.file(), "contradicts itself at " + place + ": " + what + "; run the tests again");
    }

    private static byte[] bytes(Path file) {
      try {
        if (Files.size(file) > LARGEST) {
          throw new InvalidVerdictsException(
              file, "is larger than 1 GiB, which no run of Touchstone writes");
        }
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException(file + " could not be read", e);
      }
    }

    /** Whether the bytes begin like a verdict file, or not at all, and end before it does. */
    private static boolean endsEarly(byte[] bytes) {
      String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
      return text.isEmpty()
          || (text.startsWith("{")
              && (!text.endsWith("}")
                  || text.chars().filter(c -> c == '{').count()
                      > text.chars().filter(c -> c == '}').count()));
    }

    private static void refuseOtherSchema(Path file, Fields rest) {
      String version = rest.optionalText("schema").orElse("");
      if (!VerdictLines.READ.contains(version)) {
        throw new InvalidVerdictsException(
            file,
            (version.isEmpty() ? "names no schema" : "has schema " + PlainText.of(version, 60))
                + "; this version of Touchstone reads "
                + String.join(", ", VerdictLines.READ)
                + ": run the tests with it, or read the file with the version that wrote it");
      }
    }

    private static InvalidVerdictsException cutOff(Path file, @Nullable Throwable cause) {
      return new InvalidVerdictsException(
          file, "is cut off; copy it again, or run the tests again", cause);
    }

    private static InvalidVerdictsException noVerdicts(Path file, @Nullable Throwable cause) {
      return new InvalidVerdictsException(
          file,
          "is no verdict file: it is not JSON; name the " + FILE + " that a run wrote",
          cause);
    }

    private static InvalidVerdictsException notAsTheSchemaSays(Path file, Fields.Unexpected e) {
      return new InvalidVerdictsException(
          file, "does not follow " + VerdictLines.SCHEMA + ": " + e.getMessage(), e);
    }

    private static InvalidVerdictsException edited(Path file, String how) {
      return new InvalidVerdictsException(
          file, "was edited since it was written: " + how + "; run the tests again");
    }
  }
}
