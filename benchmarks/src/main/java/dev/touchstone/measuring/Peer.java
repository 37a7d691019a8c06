package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that answers each line of JSON by one, such as {@code benchmarks/peers/peer.py}. */
final class Peer implements AutoCloseable {
  private final Process process;
  private final Writer requests;
  private final BufferedReader answers;

  Peer(String... command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    // As Touchstone does for itself: on a busy machine, spinning threads would decide the race.
    builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    process = builder.start();
    requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  JsonObject ask(JsonObject request) throws IOException {
    requests.write(request + "\n");
    requests.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the peer ended without an answer to " + request);
    }
    return JsonParser.parseString(answer).getAsJsonObject();
  }

  /** A new file of a tensor's values as big-endian floats, deleted when the JVM ends. */
  static Path written(Tensor tensor) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(tensor.values().length * Float.BYTES);
    bytes.asFloatBuffer().put(tensor.values());
    Path file = Files.createTempFile("touchstone-peers", ".bin");
    file.toFile().deleteOnExit();
    return Files.write(file, bytes.array());
  }

  /** Numbers for a request. */
  static JsonArray array(int[] values) {
    JsonArray array = new JsonArray(values.length);
    for (int value : values) {
      array.add(value);
    }
    return array;
  }

  @Override
  public void close() throws IOException {
    requests.close();
    process.destroy();
  }
}
