package dev.touchstone.gate;

import static org.assertj.core.api.Assertions.assertThat;

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

/** The schemas that are published in {@code docs}. */
public final class Schemas {
  private Schemas() {}

  /** What a schema has against a document. */
  public static List<Error> errors(String schemaFile, String document, InputFormat format) {
    try {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(Files.readString(Path.of("..", "..", "docs", schemaFile)));
      return schema.validate(document, format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless a document follows a schema. */
  public static void assertFollows(String schemaFile, String document, InputFormat format) {
    assertThat(errors(schemaFile, document, format)).isEmpty();
  }
}
