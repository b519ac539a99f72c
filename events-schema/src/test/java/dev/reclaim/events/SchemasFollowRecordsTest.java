package dev.reclaim.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The schemas say what the records say, no more and no less: members, types, what is mandatory. */
class SchemasFollowRecordsTest {
  private static final String DURATION = "^PT(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?$";

  static Stream<Arguments> contracts() {
    return Stream.of(
        Arguments.of("expired-records", ExpiredRecords.class),
        Arguments.of("expired-partition", ExpiredPartition.class),
        Arguments.of("orphaned-files", OrphanedFiles.class),
        Arguments.of("store-leftovers", StoreLeftovers.class),
        Arguments.of("quarantined-files", QuarantinedFiles.class),
        Arguments.of("cleanup-outcome", CleanupOutcome.class),
        Arguments.of("reclaimed-space", ReclaimedSpace.class));
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void schemaIsThatOfItsRecord(String name, Class<? extends Record> record) {
    JsonNode schema = Schemas.tree(name);

    assertThat(schema.path("title").asString()).isEqualTo(record.getSimpleName());
    assertThat(schema.path("$schema").asString())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(differences(record, schema, schema.path("$defs"), record.getSimpleName())).isEmpty();
  }

  private static List<String> differences(
      Class<?> record, JsonNode schema, JsonNode defs, String at) {
    List<String> differences = new ArrayList<>();
    Set<String> members = new TreeSet<>();
    Set<String> required = new TreeSet<>();
    for (RecordComponent component : record.getRecordComponents()) {
      String member = name(component);
      members.add(member);
      if (isMandatory(component)) {
        required.add(member);
      }
      JsonNode property = schema.path("properties").path(member);
      differences.addAll(differs(component.getGenericType(), property, defs, at + "." + member));
      if (property.path("description").asString("").isBlank() && !property.has("$ref")) {
        differences.add(at + "." + member + " has no description");
      }
    }
    compare(members, schema.path("properties").propertyNames(), at + " properties", differences);
    Set<String> said = new TreeSet<>();
    schema.path("required").forEach(each -> said.add(each.asString()));
    compare(required, said, at + " required", differences);
    return differences;
  }

  private static void compare(
      Set<String> record,
      java.util.Collection<String> schema,
      String at,
      List<String> differences) {
    if (!record.equals(new TreeSet<>(schema))) {
      differences.add(at + ": the record has " + record + ", the schema " + schema);
    }
  }

  private static boolean isMandatory(RecordComponent component) {
    @Nullable JsonInclude include = annotation(component, JsonInclude.class);
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        && (include == null
            || (include.value() != JsonInclude.Include.NON_EMPTY
                && include.value() != JsonInclude.Include.NON_DEFAULT));
  }

  /** Jackson's annotations of a component are on its accessor. */
  private static <A extends Annotation> @Nullable A annotation(
      RecordComponent component, Class<A> type) {
    return component.getAccessor().getAnnotation(type);
  }

  private static String name(RecordComponent component) {
    @Nullable JsonProperty renamed = annotation(component, JsonProperty.class);
    return renamed == null ? component.getName() : renamed.value();
  }

  private static List<String> differs(Type type, JsonNode schema, JsonNode defs, String at) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        List<String> differences = new ArrayList<>(expect(schema, "type", "array", at));
        differences.addAll(
            differs(generic.getActualTypeArguments()[0], schema.path("items"), defs, at + "[]"));
        return differences;
      }
      List<String> differences = new ArrayList<>(expect(schema, "type", "object", at));
      differences.addAll(expect(schema.path("additionalProperties"), "type", "string", at + "{}"));
      return generic.getRawType() == Map.class ? differences : List.of(at + " has an unknown type");
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      String ref = "#/$defs/" + plain.getSimpleName();
      List<String> differences = new ArrayList<>(expect(schema, "$ref", ref, at));
      differences.addAll(differences(plain, defs.path(plain.getSimpleName()), defs, at));
      return differences;
    }
    if (plain.isEnum()) {
      List<String> names = new ArrayList<>();
      schema.path("enum").forEach(each -> names.add(each.asString()));
      return names.equals(names(plain)) ? List.of() : List.of(at + " has the values " + names);
    }
    List<String> differences = new ArrayList<>(expect(schema, "type", jsonType(plain), at));
    if (!format(plain).isEmpty()) {
      differences.addAll(expect(schema, "format", format(plain), at));
    }
    if (plain == Duration.class) {
      // JSON Schema's own format has no fractions of seconds.
      differences.addAll(expect(schema, "pattern", DURATION, at));
    }
    return differences;
  }

  private static List<String> names(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Field field : type.getFields()) {
      if (field.isEnumConstant()) {
        names.add(field.getAnnotation(JsonProperty.class).value());
      }
    }
    return names;
  }

  private static List<String> expect(JsonNode schema, String key, String value, String at) {
    String found = schema.path(key).asString("");
    return found.equals(value)
        ? List.of()
        : List.of("%s: %s is \"%s\", not \"%s\"".formatted(at, key, found, value));
  }

  private static String jsonType(Class<?> type) {
    boolean number =
        type == long.class || type == Long.class || type == int.class || type == Integer.class;
    return number ? "integer" : "string";
  }

  private static String format(Class<?> type) {
    if (type == Instant.class) {
      return "date-time";
    }
    if (type == LocalDate.class) {
      return "date";
    }
    return "";
  }
}
