package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model behind the Open Inference Protocol, on a server that the test starts on this machine. */
class InferenceEndpointTest {
  private static final String MATRIX =
      "{\"name\": \"sum\", \"platform\": \"tests\", \"inputs\": [{\"name\": \"x\", \"datatype\":"
          + " \"FP32\", \"shape\": [-1, 2]}], \"outputs\": [{\"name\": \"p\", \"datatype\":"
          + " \"FP32\", \"shape\": [-1, 1]}]}";
  private static final String COLUMNS =
      "{\"name\": \"sum\", \"inputs\": [{\"name\": \"town\", \"datatype\": \"BYTES\", \"shape\":"
          + " [-1, 1]}, {\"name\": \"age\", \"datatype\": \"INT64\", \"shape\": [-1]}],"
          + " \"outputs\": [{\"name\": \"label\", \"datatype\": \"INT64\", \"shape\": [-1]},"
          + " {\"name\": \"p\", \"datatype\": \"FP64\", \"shape\": [-1, 2]}]}";

  @TempDir Path folder;

  private HttpServer server;
  private final List<JsonObject> asked = new ArrayList<>();
  private String metadata = MATRIX;
  private int status = 200;
  private boolean stalls;
  private Function<JsonObject, String> answer = request -> "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/models/sum", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String said = metadata;
    if (exchange.getRequestURI().getPath().equals("/v2/models/sum/infer")) {
      JsonObject request = JsonParser.parseString(body).getAsJsonObject();
      asked.add(request);
      said = answer.apply(request);
    }
    byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, stalls ? bytes.length + 1L : bytes.length);
    if (stalls) {
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
      return;
    }
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private URI address() {
    return URI.create("http://localhost:%d".formatted(server.getAddress().getPort()));
  }

  private InferenceEndpoint endpoint() {
    return InferenceEndpoint.at(address(), "sum");
  }

  private Classifier served(ModelReader reader) throws IOException {
    Path file = Files.writeString(folder.resolve("sum.weights"), "2 -1");
    return Models.served(file.toString(), "a server of the tests", reader).emittingProbabilities();
  }

  private static JsonArray data(JsonObject request, int input) {
    return request.getAsJsonArray("inputs").get(input).getAsJsonObject().getAsJsonArray("data");
  }

  private static String answered(String shape, String data) {
    return "{\"model_name\": \"sum\", \"model_version\": \"1\", \"outputs\": [{\"name\": \"p\","
        + " \"datatype\": \"FP32\", \"shape\": %s, \"data\": %s}]}".formatted(shape, data);
  }

  /** σ(2a − b), by hand. */
  private static String logistic(JsonObject request) {
    JsonArray values = data(request, 0);
    JsonArray said = new JsonArray();
    for (int i = 0; i < values.size(); i += 2) {
      double sum = 2 * values.get(i).getAsDouble() - values.get(i + 1).getAsDouble();
      said.add(1 / (1 + Math.exp(-sum)));
    }
    return answered("[%d, 1]".formatted(said.size()), said.toString());
  }

  private static Dataset points() {
    return Dataset.named("points")
        .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 0.5f, 2}, 2))
        .featureNames(List.of("a", "b"))
        .labels(0, 1, 0)
        .build();
  }

  @Test
  void oneInputTakesAllColumns() throws IOException {
    answer = InferenceEndpointTest::logistic;
    AtomicInteger stopped = new AtomicInteger();
    Classifier model = served(file -> endpoint().stopping(stopped::incrementAndGet));

    Predictions said = CheckedAnswers.of(model, points(), 64 << 20);
    Models.release(model);

    assertThat(stopped).hasValue(1);
    assertThat(said.probability(0, 1)).isEqualTo(0.5);
    assertThat(said.probability(1, 1)).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-12));
    assertThat(said.probability(2, 1)).isCloseTo(1 / (1 + Math.exp(1)), within(1e-12));
    JsonObject request = asked.get(asked.size() - 1);
    assertThat(request.getAsJsonArray("inputs").get(0).getAsJsonObject().keySet())
        .containsExactly("name", "shape", "datatype", "data");
    assertThat(asked.get(0).getAsJsonArray("outputs").toString()).isEqualTo("[{\"name\":\"p\"}]");
  }

  @Test
  void ofSeveralInputsEachTakesTheColumnOfItsName() throws IOException {
    metadata = COLUMNS;
    answer = request -> answered("[3, 2]", "[[0.25, 0.75], [1, 0], [0.5, 0.5]]");
    Dataset people =
        Dataset.named("people")
            .features(FeatureStore.inMemory(new float[] {30, 41, 52}, 1))
            .featureNames(List.of("age"))
            .input("town", new TypedTensor.Texts(new String[] {"Ulm", "Köln", ""}, 3, 1))
            .labels(0, 1, 0)
            .build();
    Classifier model = served(file -> endpoint().reading("p"));

    Predictions said = model.predict(people.inputs(0, 3));

    assertThat(said.probabilities(0)).containsExactly(0.25, 0.75);
    assertThat(asked.get(0).getAsJsonArray("inputs").toString())
        .isEqualTo(
            "[{\"name\":\"town\",\"shape\":[3,1],\"datatype\":\"BYTES\",\"data\":[\"Ulm\",\"Köln\",\"\"]},"
                + "{\"name\":\"age\",\"shape\":[3],\"datatype\":\"INT64\",\"data\":[30,41,52]}]");
  }

  @Test
  void severalOutputsHaveToBeChosenFrom() throws IOException {
    metadata = COLUMNS;

    assertRefused(
        served(file -> endpoint()),
        two(1),
        "has the outputs [label, p] of numbers; say which is its answer: .reading(\"label\")");
    assertRefused(
        served(file -> endpoint().reading("scores")),
        two(1),
        "has the outputs [label, p] of numbers, and no \"scores\"");
  }

  private static Dataset two(double age) {
    return Dataset.named("people")
        .features(FeatureStore.inMemory(new double[] {age}, 1))
        .featureNames(List.of("age"))
        .input("town", new TypedTensor.Texts(new String[] {"Ulm"}, 1, 1))
        .labels(0)
        .classNames(List.of("no", "yes"))
        .allowingMissing()
        .build();
  }

  private static void assertRefused(Classifier model, Dataset data, String why) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(data.inputs(0, data.size())))
        .withMessageContaining(why);
  }

  @Test
  void whatJsonOrTheServersTypeCannotHoldIsRefused() throws IOException {
    metadata = COLUMNS;
    Classifier model = served(file -> endpoint().reading("p"));

    assertRefused(model, two(30.5), "takes INT64 in \"age\", and the data have 30.5");
    assertRefused(model, two(Double.NaN), "is asked in JSON, which has no NaN");
    assertThat(asked).isEmpty();
  }

  @Test
  void surplusRowsAreRefusedAsAnyModels() throws IOException {
    answer = request -> answered("[4, 1]", "[0.1, 0.2, 0.3, 0.4]");

    assertRefused(served(file -> endpoint()), points(), "sum.weights made 4 rows of 3 examples");
  }

  @Test
  void anotherProtocolIsRefused() throws IOException {
    answer = request -> answered("[3, 1]", "[0.1, 0.2]");
    assertRefused(served(file -> endpoint()), points(), "2 numbers do not fill the shape [3, 1]");
    answer = request -> "{\"predictions\": [[0.1]]}";
    assertRefused(
        served(file -> endpoint()),
        points(),
        "answered something else than the Open Inference Protocol says");
    answer = request -> "<html>";
    assertRefused(served(file -> endpoint()), points(), "than the Open Inference Protocol says");
    metadata = "{\"name\": \"sum\"}";
    assertRefused(served(file -> endpoint()), points(), "than the Open Inference Protocol says");
  }

  @Test
  void aServerThatRefusesOrIsAwayIsNamed() throws IOException {
    status = 404;
    metadata = "{\"error\": \"no model sum\"}";
    assertRefused(
        served(file -> endpoint()),
        points(),
        "/v2/models/sum with status 404: {\"error\": \"no model sum\"}; is the model loaded there");
    server.stop(0);
    assertRefused(served(file -> endpoint()), points(), "is the server up, and does it answer");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> InferenceEndpoint.at(URI.create("localhost:8080"), "sum"))
        .withMessageContaining("write one such as http://localhost:8080");
  }

  @Test
  void aServerThatTakesTooLongIsNamed() throws IOException {
    answer =
        request -> {
          try {
            Thread.sleep(1000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return "{}";
        };

    assertRefused(
        served(file -> endpoint().withTimeout(Duration.ofMillis(100))),
        points(),
        "does it answer within PT0.1S? .withTimeout(…) waits longer");
  }

  /** As MLServer answers for a model of whose inputs nobody told it. */
  @ParameterizedTest
  @ValueSource(strings = {"\"inputs\": [], ", "\"inputs\": null, "})
  void aServerThatStatesNoInputsIsToldToStateThem(String inputs) throws IOException {
    metadata = "{\"name\": \"sum\", %s\"outputs\": []}".formatted(inputs);

    assertRefused(
        served(file -> endpoint()),
        points(),
        "states no inputs, by which it is asked; state them where the server is told of the model");
  }

  /** Such as a server behind a proxy that answers at once and then waits. */
  @Test
  void anAnswerThatBeginsAndDoesNotEndIsNamedAndCanBeInterrupted() throws IOException {
    stalls = true;
    Dataset data = points();

    assertRefused(
        served(file -> endpoint().withTimeout(Duration.ofMillis(200))),
        data,
        "does it answer within PT0.2S? .withTimeout(…) waits longer");
    Thread.currentThread().interrupt();
    assertRefused(served(file -> endpoint()), data, "was asked, and the test was stopped");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aModelThatTheServerExchangesIsRefused() throws IOException {
    List<String> versions = new ArrayList<>(List.of("1", "2"));
    answer =
        request ->
            logistic(request)
                .replace(
                    "\"model_version\": \"1\"",
                    "\"model_version\": \"%s\"".formatted(versions.remove(0)));
    Classifier model = served(file -> endpoint());
    model.predict(points().inputs(0, 2));

    assertRefused(model, points(), "answered by version \"1\" and now by \"2\"");
  }

  @Test
  void whatHasNoFileIsAFunction() {
    answer = InferenceEndpointTest::logistic;
    InferenceEndpoint endpoint = endpoint();

    Predictions said =
        Models.function("sum", "version 1", endpoint::answer)
            .emittingProbabilities()
            .predict(Tensor.of(new float[] {1, 2}, 1, 2));

    assertThat(said.probability(0, 1)).isEqualTo(0.5);
  }

  @Test
  void singlesAreSentAsTheyAre() {
    answer = InferenceEndpointTest::logistic;

    endpoint().answer(Tensor.of(new float[] {0.1f, 16777217}, 1, 2));

    JsonElement data = data(asked.get(0), 0);
    assertThat(data.toString()).isEqualTo("[0.1,1.6777216E7]");
  }
}
