package io.asynq4j.jackson;

import io.asynq4j.task.Codec;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * Writes values as JSON and reads them back, with Jackson 3.
 *
 * <p>With the mapper that is used unless another one is given:
 *
 * <ul>
 *   <li>properties that the type does not have are ignored, so that producers can be ahead of workers;
 *   <li>a property that is not there is null, zero or false, so that workers can be ahead of producers, unless it is a
 *       constructor's and marked {@code @JsonProperty(required = true)};
 *   <li>null is refused for a primitive, and so is anything after the value;
 *   <li>times are ISO 8601 text;
 *   <li>names of classes in the payload are refused, even where annotations ask for them ({@code @JsonTypeInfo(use = CLASS)});
 *       subtypes by name ({@code @JsonSubTypes}) work.
 * </ul>
 *
 * <p>Whatever the mapper, there is no codec for null: {@code null} as the value, the JSON {@code null} and a task without
 * payload are refused. What cannot be converted is refused with an {@link IllegalArgumentException} that names the type, the
 * field and the place, and never shows what is in the payload: Jackson's exceptions do, which is why they are not its cause.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class JacksonCodec<T> implements Codec<T> {
    private static final JsonMapper DEFAULT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
            .build();

    private final String type;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JacksonCodec(JavaType type, JsonMapper mapper) {
        this.type = type.toCanonical();
        this.reader = mapper.readerFor(type);
        this.writer = mapper.writerFor(type);
    }

    /** For values of {@code type}, which has no type parameters. */
    public static <T> JacksonCodec<T> of(Class<T> type) {
        return of(type, DEFAULT);
    }

    /** For values of a type with parameters: {@code new TypeReference<List<Order>>() {}}. */
    public static <T> JacksonCodec<T> of(TypeReference<T> type) {
        return of(type, DEFAULT);
    }

    /** Like {@link #of(Class)} with a mapper of one's own, which decides on all that is not said to hold for any. */
    public static <T> JacksonCodec<T> of(Class<T> type, JsonMapper mapper) {
        return new JacksonCodec<>(mapper.constructType(Objects.requireNonNull(type, "type")), mapper);
    }

    /** Like {@link #of(TypeReference)} with a mapper of one's own, which decides on all that is not said to hold for any. */
    public static <T> JacksonCodec<T> of(TypeReference<T> type, JsonMapper mapper) {
        return new JacksonCodec<>(mapper.constructType(Objects.requireNonNull(type, "type")), mapper);
    }

    @Override
    public byte[] encode(T value) {
        Objects.requireNonNull(value, "value");
        try {
            return writer.writeValueAsBytes(value);
        } catch (JacksonException unwritable) {
            throw refused("no JSON from a", writer.getConfig(), unwritable);
        }
    }

    @Override
    public T decode(byte[] bytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("empty, which is no JSON of a " + type);
        }
        T value;
        try {
            value = reader.readValue(bytes);
        } catch (JacksonException unreadable) {
            throw refused("no JSON of a", reader.getConfig(), unreadable);
        }
        if (value == null) {
            throw new IllegalArgumentException("null instead of a " + type);
        }
        return value;
    }

    @Override
    public String toString() {
        return "JacksonCodec[" + type + "]";
    }

    private IllegalArgumentException refused(String what, MapperConfig<?> config, JacksonException cause) {
        var explanation = new Explanation(new PropertyNames(config)).of(cause);
        var refusal = new IllegalArgumentException(what + " " + type + ": " + explanation);
        refusal.setStackTrace(cause.getStackTrace());
        return refusal;
    }
}
