package dev.touchstone.samples.served;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.touchstone.model.tree.TreeColumn;
import dev.touchstone.model.tree.XgboostFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * What a team's own server may look like: XGBoost4J behind the Open Inference Protocol, one input a
 * column, categories as texts. It listens on this machine alone.
 */
final class IncomeServer {
  private final List<TreeColumn> columns;
  private final Booster booster;
  private final HttpServer server;

  private IncomeServer(Path model) throws IOException, XGBoostError {
    byte[] bytes = Files.readAllBytes(model);
    columns = XgboostFile.of("the model", bytes).trees(OptionalInt.empty()).columns();
    booster = XGBoost.loadModel(bytes);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/models/income", exchange -> send(exchange, metadata()));
    server.createContext("/v2/models/income/infer", this::infer);
  }

  static IncomeServer start(Path model) throws IOException, XGBoostError {
    IncomeServer started = new IncomeServer(model);
    started.server.start();
    return started;
  }

  URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  void stop() {
    server.stop(0);
    booster.dispose();
  }

  private JsonObject metadata() {
    JsonArray inputs = new JsonArray();
    for (TreeColumn column : columns) {
      inputs.add(tensor(column.name(), column.categories().isEmpty() ? "FP32" : "BYTES"));
    }
    JsonArray outputs = new JsonArray();
    outputs.add(tensor("probability", "FP32"));
    JsonObject metadata = new JsonObject();
    metadata.addProperty("name", "income");
    metadata.add("inputs", inputs);
    metadata.add("outputs", outputs);
    return metadata;
  }

  private static JsonObject tensor(String name, String datatype) {
    JsonObject tensor = new JsonObject();
    tensor.addProperty("name", name);
    tensor.addProperty("datatype", datatype);
    JsonArray shape = new JsonArray();
    shape.add(-1);
    shape.add(1);
    tensor.add("shape", shape);
    return tensor;
  }

  private void infer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, JsonArray> given = new HashMap<>();
    for (JsonElement input :
        JsonParser.parseString(body).getAsJsonObject().getAsJsonArray("inputs")) {
      JsonObject tensor = input.getAsJsonObject();
      given.put(tensor.get("name").getAsString(), tensor.getAsJsonArray("data"));
    }
    int n = given.get(columns.get(0).name()).size();
    float[] matrix = new float[n * columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      TreeColumn column = columns.get(c);
      for (int i = 0; i < n; i++) {
        JsonElement cell = given.get(column.name()).get(i);
        int category =
            column.categories().isEmpty() ? 0 : column.categories().indexOf(cell.getAsString());
        matrix[i * columns.size() + c] =
            column.categories().isEmpty() ? cell.getAsFloat() : category < 0 ? Float.NaN : category;
      }
    }
    JsonArray data = new JsonArray();
    try {
      DMatrix asked = new DMatrix(matrix, n, columns.size(), Float.NaN);
      for (float[] row : booster.predict(asked)) {
        data.add(row[0]);
      }
      asked.dispose();
    } catch (XGBoostError e) {
      throw new IOException(e);
    }
    JsonObject output = tensor("probability", "FP32");
    JsonArray shape = new JsonArray();
    shape.add(n);
    shape.add(1);
    output.add("shape", shape);
    output.add("data", data);
    JsonArray outputs = new JsonArray();
    outputs.add(output);
    JsonObject response = new JsonObject();
    response.addProperty("model_name", "income");
    response.add("outputs", outputs);
    send(exchange, response);
  }

  private static void send(HttpExchange exchange, JsonObject json) throws IOException {
    byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
