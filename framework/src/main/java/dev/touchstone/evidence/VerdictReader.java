package dev.touchstone.evidence;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.touchstone.runtime.Digest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads verdict files back: the only way from {@code verdicts.json} to {@link Verdict}s, for
 * reports, gates and baselines alike. A file that cannot be believed is refused as a whole.
 */
public final class VerdictReader {
  private static final String FILE = "verdicts.json";
  private static final int DEEPEST = 12;
  private static final long LARGEST = 1L << 30;

  private VerdictReader() {}

  /**
   * Reads the verdicts of files and directories. A directory stands for every {@code verdicts.json}
   * in it and below (links are not followed); a file that is reached twice is read once.
   *
   * @throws InvalidVerdictsException if there is no verdict file, or if one is cut off, has another
   *     schema version, was edited since it was written, or contradicts itself
   */
  public static RecordedVerdicts read(Collection<Path> places) {
    Set<Path> files = new LinkedHashSet<>();
    for (Path place : places) {
      files.addAll(filesAt(place));
    }
    List<VerdictSource> sources = new ArrayList<>();
    List<RecordedVerdict> verdicts = new ArrayList<>();
    for (Path file : files) {
      OneFile read = OneFile.read(file);
      sources.add(read.source);
      verdicts.addAll(read.verdicts());
    }
    return new RecordedVerdicts(sources, verdicts);
  }

  /** Reads the verdicts of one file or directory, as {@link #read(Collection)} does. */
  public static RecordedVerdicts read(Path place) {
    return read(List.of(place));
  }

  private static List<Path> filesAt(Path place) {
    try {
      if (Files.isRegularFile(place)) {
        return List.of(place.toRealPath());
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
              DEEPEST,
              (path, attributes) ->
                  attributes.isRegularFile() && path.getFileName().toString().equals(FILE))) {
        List<Path> found = below.sorted().toList();
        if (found.isEmpty()) {
          throw new InvalidVerdictsException(place, "holds no " + FILE + "; " + unmerged(place));
        }
        return found;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(place + " could not be searched for verdicts", e);
    }
  }

  /** Why a directory may hold lines and no file. */
  private static String unmerged(Path place) throws IOException {
    try (Stream<Path> below =
        Files.find(place, DEEPEST, (path, a) -> path.toString().endsWith(".jsonl"))) {
      return below.findAny().isPresent()
          ? "its run was killed before it ended: run the tests again"
          : "run the tests first";
    }
  }

  /** A file while it is read. */
  private static final class OneFile {
    private final VerdictSource source;
    private final List<JsonObject> json;

    private OneFile(VerdictSource source, List<JsonObject> json) {
      this.source = source;
      this.json = json;
    }

    static OneFile read(Path file) {
      byte[] bytes = bytes(file);
      List<JsonObject> verdicts = new ArrayList<>();
      JsonObject rest = new JsonObject();
      try (Reader text = text(bytes);
          JsonReader reader = new JsonReader(text)) {
        reader.beginObject();
        while (reader.hasNext()) {
          String name = reader.nextName();
          if (name.equals("verdicts")) {
            reader.beginArray();
            while (reader.hasNext()) {
              verdicts.add(
                  object(JsonParser.parseReader(reader), "verdicts[" + verdicts.size() + "]"));
            }
            reader.endArray();
          } else {
            rest.add(name, JsonParser.parseReader(reader));
          }
          if (name.equals("schema")) {
            refuseOtherSchema(file, rest);
          }
        }
        reader.endObject();
        if (reader.peek() != JsonToken.END_DOCUMENT) {
          throw new InvalidVerdictsException(file, "has something after its end");
        }
      } catch (EOFException
          | JsonParseException
          | MalformedJsonException
          | CharacterCodingException
          | IllegalStateException e) {
        throw endsEarly(bytes) ? cutOff(file, e) : noVerdicts(file, e);
      } catch (Fields.Unexpected e) {
        throw notAsTheSchemaSays(file, e);
      } catch (IOException e) {
        throw new UncheckedIOException(file + " could not be read", e);
      }
      return new OneFile(checked(file, Digest.ofBytes(bytes), rest, verdicts), verdicts);
    }

    private static VerdictSource checked(
        Path file, String sha256, JsonObject rest, List<JsonObject> verdicts) {
      refuseOtherSchema(file, rest);
      for (int i = 0; i < verdicts.size(); i++) {
        if (!VerdictParser.isAsWritten(verdicts.get(i))) {
          throw edited(
              file, "verdicts[" + i + "] does not have the digest that it was written with");
        }
      }
      try {
        Fields fields = Fields.of(rest, "");
        VerdictSource source =
            new VerdictSource(
                file,
                sha256,
                fields.text("run"),
                Math.toIntExact(fields.whole("unreadable")),
                Math.toIntExact(fields.whole("unfinished")));
        String digest =
            VerdictJson.digestOfFile(
                source.run(), source.unreadable(), source.unfinished(), verdicts);
        if (!fields.text(VerdictJson.DIGEST).equals(digest)) {
          throw edited(file, "a verdict was removed, added or moved");
        }
        return source;
      } catch (Fields.Unexpected e) {
        throw notAsTheSchemaSays(file, e);
      }
    }

    List<RecordedVerdict> verdicts() {
      List<RecordedVerdict> verdicts = new ArrayList<>();
      Map<List<String>, RecordedVerdict> seen = new HashMap<>();
      for (int i = 0; i < json.size(); i++) {
        RecordedVerdict verdict = verdict(i);
        RecordedVerdict before = seen.putIfAbsent(question(verdict), verdict);
        if (before == null) {
          verdicts.add(verdict);
        } else if (!before.fingerprint().equals(verdict.fingerprint())) {
          throw contradiction(
              i,
              "the run gave another verdict to the same claim of the same test on the same model");
        }
        // The same question with the same answer, asked again: a test that was run again.
      }
      return verdicts;
    }

    private RecordedVerdict verdict(int index) {
      try {
        return VerdictParser.verdict(json.get(index), "verdicts[" + index + "]", source);
      } catch (Fields.Unexpected e) {
        throw notAsTheSchemaSays(source.file(), e);
      } catch (VerdictParser.Contradiction e) {
        throw contradiction(index, PlainText.of(String.valueOf(e.getMessage()), 300));
      } catch (ArithmeticException | IllegalArgumentException e) {
        throw contradiction(index, String.valueOf(e.getMessage()));
      }
    }

    /** What a verdict answers; two answers to one question in one run contradict each other. */
    private static List<String> question(RecordedVerdict recorded) {
      Verdict verdict = recorded.verdict();
      Evidence evidence = verdict.evidence();
      Provenance provenance = evidence.provenance();
      return List.of(
          recorded.test().map(test -> test.id()).orElse(""),
          verdict.claim().id().orElse(""),
          verdict.claim().statement(),
          verdict.claim().bounds().toString(),
          evidence.check(),
          evidence.subject(),
          provenance.model().toString(),
          provenance.data().toString(),
          provenance.settings().toString(),
          provenance.environment().toString(),
          Long.toString(provenance.seed()),
          verdict.policy().name());
    }

    private InvalidVerdictsException contradiction(int index, String what) {
      return new InvalidVerdictsException(
          source.file(),
          "contradicts itself at verdicts[" + index + "]: " + what + "; run the tests again");
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

    private static Reader text(byte[] bytes) {
      return new InputStreamReader(
          new ByteArrayInputStream(bytes),
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private static JsonObject object(JsonElement element, String place) {
      Fields.of(element, place);
      return element.getAsJsonObject();
    }

    private static void refuseOtherSchema(Path file, JsonObject rest) {
      JsonElement schema = rest.get("schema");
      String version =
          Optional.ofNullable(schema)
              .filter(JsonElement::isJsonPrimitive)
              .map(JsonElement::getAsString)
              .orElse("");
      if (!version.equals(VerdictJson.SCHEMA)) {
        throw new InvalidVerdictsException(
            file,
            (version.isEmpty() ? "names no schema" : "has schema " + PlainText.of(version, 60))
                + "; this version of Touchstone reads "
                + VerdictJson.SCHEMA
                + ": run the tests with it, or read the file with the version that wrote it");
      }
    }

    private static InvalidVerdictsException cutOff(Path file, @Nullable Throwable cause) {
      return new InvalidVerdictsException(
          file, "is cut off; copy it again, or run the tests again", cause);
    }

    private static InvalidVerdictsException noVerdicts(Path file, Throwable cause) {
      return new InvalidVerdictsException(
          file,
          "is no verdict file: it is not JSON; name the " + FILE + " that a run wrote",
          cause);
    }

    private static InvalidVerdictsException notAsTheSchemaSays(Path file, Fields.Unexpected e) {
      return new InvalidVerdictsException(
          file, "does not follow " + VerdictJson.SCHEMA + ": " + e.getMessage(), e);
    }

    private static InvalidVerdictsException edited(Path file, String how) {
      return new InvalidVerdictsException(
          file, "was edited since it was written: " + how + "; run the tests again");
    }
  }
}
