package dev.touchstone.gate;

import com.google.gson.Gson;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schemas that are published in {@code docs}. */
public final class Schemas {
  private Schemas() {}

  /** What a schema has against a document. */
  public static List<Error> errors(String schemaFile, String json) {
    try {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(Files.readString(Path.of("..", "..", "docs", schemaFile)));
      return schema.validate(json, InputFormat.JSON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** YAML as JSON, as any other reader would understand it. */
  public static String json(String yaml) {
    return new Gson().toJson(new Load(LoadSettings.builder().build()).loadFromString(yaml));
  }
}
