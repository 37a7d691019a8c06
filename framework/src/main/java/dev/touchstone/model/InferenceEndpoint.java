package dev.touchstone.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.StrictJson;
import dev.touchstone.runtime.TouchstoneException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A model behind an HTTP endpoint of the Open Inference Protocol (KServe v2), as KServe, MLServer,
 * Triton, OpenVINO and TorchServe speak it, in JSON.
 *
 * <p>The file that the server was started with is what may be shipped: hand it to {@link
 * Models#served} and let the reader start the server with {@link ModelFile#path}.
 *
 * <pre>{@code
 * ModelReader reader =
 *     file -> {
 *       Server server = Server.start(file.path());
 *       return InferenceEndpoint.at(server.address(), "fraud").stopping(server::stop);
 *     };
 * }</pre>
 *
 * <p>Inputs are those that the server states: a single one takes all columns, of several each takes
 * the column of its name. A request is of one batch; nothing is sent but what the model is asked.
 */
public final class InferenceEndpoint implements ServedModel {
  private static final int MOST_BYTES = 256 << 20;
  private static final int MOST_OF_AN_ERROR = 300;
  private static final Set<String> REALS = Set.of("FP16", "FP32", "FP64", "BF16");

  private final URI server;
  private final String name;
  private final Duration timeout;
  private final @Nullable String output;
  private final HttpClient client;
  private final Runnable stop;
  private @Nullable Metadata metadata;
  private @Nullable String version;

  private InferenceEndpoint(
      URI server,
      String name,
      Duration timeout,
      @Nullable String output,
      HttpClient client,
      Runnable stop) {
    this.server = server;
    this.name = name;
    this.timeout = timeout;
    this.output = output;
    this.client = client;
    this.stop = stop;
  }

  /** What the server says of the model. */
  private record Metadata(List<Stated> inputs, List<Stated> outputs) {}

  /** A tensor as the server states it. */
  private record Stated(String name, String datatype, int rank) {
    static Stated of(JsonElement json) {
      JsonObject tensor = json.getAsJsonObject();
      return new Stated(
          tensor.get("name").getAsString(),
          tensor.get("datatype").getAsString().toUpperCase(Locale.ROOT),
          tensor.getAsJsonArray("shape").size());
    }
  }

  /**
   * Returns a model of a server; the server is not asked yet.
   *
   * @param server such as {@code http://localhost:8080}
   * @param name what the server calls the model
   * @throws TouchstoneException for an address that is none of HTTP
   */
  public static InferenceEndpoint at(URI server, String name) {
    String scheme = server.getScheme();
    if (scheme == null || server.getHost() == null || !Set.of("http", "https").contains(scheme)) {
      throw new TouchstoneException(
          "\"%s\" is no address of an inference server; write one such as http://localhost:8080, without /v2"
              .formatted(server));
    }
    return new InferenceEndpoint(
        server, name, Duration.ofSeconds(60), null, HttpClient.newHttpClient(), () -> {});
  }

  /** Returns the same that waits so long for an answer; a minute by default. */
  public InferenceEndpoint withTimeout(Duration longest) {
    return new InferenceEndpoint(server, name, longest, output, client, stop);
  }

  /** Returns the same that reads this output, where the model has several. */
  public InferenceEndpoint reading(String outputName) {
    return new InferenceEndpoint(server, name, timeout, outputName, client, stop);
  }

  /**
   * Returns the same that stops the server, or what else it was started with, when it is closed.
   */
  public InferenceEndpoint stopping(Runnable started) {
    return new InferenceEndpoint(server, name, timeout, output, client, started);
  }

  @Override
  public void close() {
    stop.run();
  }

  /** Returns the names of its inputs where it has several; none where one takes all columns. */
  @Override
  public List<String> columns() {
    List<Stated> inputs = metadata().inputs();
    return inputs.size() == 1 ? List.of() : inputs.stream().map(Stated::name).toList();
  }

  /**
   * Answers a batch of features without names, such as for {@link Models#function} where there is
   * no file.
   *
   * @param batch n × d
   */
  public double[][] answer(Tensor batch) {
    return answer(Rows.of(name, columns(), Inputs.of(batch)));
  }

  /**
   * Answers a batch.
   *
   * @throws TouchstoneException if the server cannot be reached, refuses, answers something else
   *     than the protocol says, or answers by another version of the model than before
   */
  @Override
  public double[][] answer(Rows rows) {
    Metadata stated = metadata();
    JsonArray inputs = new JsonArray();
    if (stated.inputs().size() == 1) {
      inputs.add(whole(stated.inputs().get(0), rows));
    } else {
      stated.inputs().forEach(input -> inputs.add(column(input, rows)));
    }
    JsonArray outputs = new JsonArray();
    JsonObject asked = new JsonObject();
    asked.addProperty("name", chosen(stated));
    outputs.add(asked);
    JsonObject request = new JsonObject();
    request.add("inputs", inputs);
    request.add("outputs", outputs);
    JsonObject response =
        send(
            HttpRequest.newBuilder(address("/infer"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(request.toString())));
    requireVersion(response);
    return read(response, chosen(stated));
  }

  private String chosen(Metadata stated) {
    String asked = output;
    List<String> numeric =
        stated.outputs().stream()
            .filter(tensor -> !tensor.datatype().equals("BYTES"))
            .map(Stated::name)
            .toList();
    if (asked == null ? numeric.size() != 1 : !numeric.contains(asked)) {
      throw new TouchstoneException(
          "%s has the outputs %s of numbers%s; say which is its answer: .reading(\"%s\")"
              .formatted(
                  this,
                  numeric,
                  asked == null ? "" : ", and no \"%s\"".formatted(asked),
                  numeric.isEmpty() ? "…" : numeric.get(0)));
    }
    return asked == null ? numeric.get(0) : asked;
  }

  private JsonObject whole(Stated input, Rows rows) {
    List<Integer> shape = new ArrayList<>(List.of(rows.size()));
    if (rows.columns().isEmpty()) {
      Arrays.stream(rows.shape()).forEach(shape::add);
    } else {
      shape.add(rows.width());
    }
    if (input.datatype().equals("BYTES")) {
      JsonArray texts = new JsonArray();
      String[][] columns = rows.columns().stream().map(rows::texts).toArray(String[][]::new);
      for (int i = 0; i < rows.size(); i++) {
        for (String[] column : columns) {
          texts.add(column[i]);
        }
      }
      return tensor(input, shape, texts);
    }
    return tensor(input, shape, numbers(input, rows.doubles()));
  }

  private JsonObject column(Stated input, Rows rows) {
    TypedTensor values = rows.tensor(input.name());
    List<Integer> shape = new ArrayList<>();
    Arrays.stream(values.shape()).forEach(shape::add);
    if (input.rank() == 1 && values.rowSize() == 1) {
      shape = List.of(rows.size());
    }
    if (input.datatype().equals("BYTES")) {
      JsonArray texts = new JsonArray();
      Arrays.stream(rows.texts(input.name())).forEach(texts::add);
      return tensor(input, shape, texts);
    }
    double[] numbers =
        values instanceof TypedTensor.Integers integers
            ? Arrays.stream(integers.values()).asDoubleStream().toArray()
            : values instanceof TypedTensor.Doubles doubles
                ? doubles.values()
                : rows.numbers(input.name());
    return tensor(input, shape, numbers(input, numbers));
  }

  private static JsonObject tensor(Stated input, List<Integer> shape, JsonArray data) {
    JsonObject tensor = new JsonObject();
    tensor.addProperty("name", input.name());
    JsonArray sizes = new JsonArray();
    shape.forEach(sizes::add);
    tensor.add("shape", sizes);
    tensor.addProperty("datatype", input.datatype());
    tensor.add("data", data);
    return tensor;
  }

  private JsonArray numbers(Stated input, double[] values) {
    JsonArray data = new JsonArray(values.length);
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new TouchstoneException(
            "%s is asked in JSON, which has no %s, and the data have a value that is missing; leave such rows out, or test the model's file by Models.served(…) and the library that the server runs"
                .formatted(this, value));
      }
      data.add(number(input, value));
    }
    return data;
  }

  private JsonPrimitive number(Stated input, double value) {
    if (REALS.contains(input.datatype())) {
      return input.datatype().equals("FP64")
          ? new JsonPrimitive(value)
          : new JsonPrimitive((float) value);
    }
    if (input.datatype().equals("BOOL") && (value == 0 || value == 1)) {
      return new JsonPrimitive(value == 1);
    }
    if (value != Math.rint(value) || input.datatype().equals("BOOL")) {
      throw new TouchstoneException(
          "%s takes %s in \"%s\", and the data have %s; give it whole numbers, or 0 and 1"
              .formatted(this, input.datatype(), input.name(), value));
    }
    return new JsonPrimitive((long) value);
  }

  private synchronized Metadata metadata() {
    Metadata known = metadata;
    if (known == null) {
      JsonObject said = send(HttpRequest.newBuilder(address("")).GET());
      try {
        known = new Metadata(tensors(said, "inputs"), tensors(said, "outputs"));
      } catch (TouchstoneException e) {
        throw e;
      } catch (RuntimeException e) {
        throw unreadable(said, e);
      }
      metadata = known;
    }
    return known;
  }

  private List<Stated> tensors(JsonObject said, String which) {
    if (!said.has(which)) {
      throw new IllegalArgumentException("it has no \"%s\"".formatted(which));
    }
    boolean given = !said.get(which).isJsonNull();
    List<Stated> tensors =
        given ? said.getAsJsonArray(which).asList().stream().map(Stated::of).toList() : List.of();
    if (tensors.isEmpty()) {
      throw new TouchstoneException(
          "%s states no %s, by which it is asked; state them where the server is told of the model (MLServer: \"inputs\" and \"outputs\" in model-settings.json), with name, datatype and shape"
              .formatted(this, which));
    }
    return tensors;
  }

  private URI address(String what) {
    String base = server.toString().replaceAll("/+$", "");
    String path = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return URI.create("%s/v2/models/%s%s".formatted(base, path, what));
  }

  private JsonObject send(HttpRequest.Builder request) {
    HttpRequest asked = request.timeout(timeout).build();
    // The client's own limit ends where the answer begins.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(asked, response -> new Bounded());
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.body().length > MOST_BYTES) {
        throw new TouchstoneException("%s answered more than %d bytes".formatted(this, MOST_BYTES));
      }
      String text = new String(response.body(), StandardCharsets.UTF_8);
      if (response.statusCode() != 200) {
        throw new TouchstoneException(
            "%s answered %s with status %d: %s; is the model loaded there, under this name?"
                .formatted(this, asked.uri(), response.statusCode(), cut(text)));
      }
      return StrictJson.parse(text).getAsJsonObject();
    } catch (ExecutionException e) {
      throw notAsked(asked, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw notAsked(asked, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TouchstoneException("%s was asked, and the test was stopped".formatted(this), e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new TouchstoneException(
          "%s answered something else than the Open Inference Protocol says: it %s"
              .formatted(this, e.getMessage()),
          e);
    } finally {
      // Of one that is there it does nothing.
      answer.cancel(true);
    }
  }

  private TouchstoneException notAsked(HttpRequest asked, Throwable why) {
    return new TouchstoneException(
        "%s could not be asked at %s: %s; is the server up, and does it answer within %s? .withTimeout(…) waits longer"
            .formatted(this, asked.uri(), why, timeout),
        why);
  }

  /** An answer, of which no more is kept than tells that it is too long. */
  private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
    private final HttpResponse.BodySubscriber<byte[]> whole =
        HttpResponse.BodySubscribers.ofByteArray();
    private Flow.@Nullable Subscription subscription;
    private long bytes;

    @Override
    public CompletionStage<byte[]> getBody() {
      return whole.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      whole.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
      if (bytes > MOST_BYTES) {
        return;
      }
      bytes += part.stream().mapToLong(ByteBuffer::remaining).sum();
      whole.onNext(part);
      if (bytes > MOST_BYTES && subscription != null) {
        subscription.cancel();
        whole.onComplete();
      }
    }

    @Override
    public void onError(Throwable failure) {
      whole.onError(failure);
    }

    @Override
    public void onComplete() {
      whole.onComplete();
    }
  }

  private static String cut(String text) {
    return text.length() <= MOST_OF_AN_ERROR ? text : text.substring(0, MOST_OF_AN_ERROR) + "…";
  }

  /** A server may exchange a model while it is asked. */
  private synchronized void requireVersion(JsonObject response) {
    if (!response.has("model_version") || response.get("model_version").isJsonNull()) {
      return;
    }
    String answered = response.get("model_version").getAsString();
    if (version != null && !version.equals(answered)) {
      throw new TouchstoneException(
          "%s answered by version \"%s\" and now by \"%s\"; start the tests again, on a server that keeps one"
              .formatted(this, version, answered));
    }
    version = answered;
  }

  private double[][] read(JsonObject response, String wanted) {
    try {
      for (JsonElement element : response.getAsJsonArray("outputs")) {
        JsonObject tensor = element.getAsJsonObject();
        if (tensor.get("name").getAsString().equals(wanted)) {
          int[] shape =
              tensor.getAsJsonArray("shape").asList().stream()
                  .mapToInt(JsonElement::getAsInt)
                  .toArray();
          int perRow = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
          List<Double> values = new ArrayList<>();
          flatten(tensor.get("data"), values);
          if (values.size() != Math.multiplyExact(shape[0], perRow)) {
            throw new IllegalStateException(
                "%d numbers do not fill the shape %s"
                    .formatted(values.size(), Arrays.toString(shape)));
          }
          return ServedModel.answers(
              values.stream().mapToDouble(Double::doubleValue).toArray(), perRow);
        }
      }
      throw new IllegalStateException("there is no output \"%s\"".formatted(wanted));
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(response, e);
    }
  }

  /** Data may be nested by the axes of their shape, or be one list. */
  private static void flatten(JsonElement data, List<Double> values) {
    if (data.isJsonArray()) {
      data.getAsJsonArray().forEach(element -> flatten(element, values));
    } else if (data.getAsJsonPrimitive().isBoolean()) {
      values.add(data.getAsBoolean() ? 1.0 : 0.0);
    } else {
      values.add(data.getAsDouble());
    }
  }

  private TouchstoneException unreadable(JsonObject said, RuntimeException e) {
    return new TouchstoneException(
        "%s answered something else than the Open Inference Protocol says (%s): %s"
            .formatted(this, e.getMessage(), cut(said.toString())),
        e);
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(name, server);
  }
}
