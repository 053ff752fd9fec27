package io.asynq4j.micrometer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A user and a password, as HTTP's basic authentication sends them. */
final class Credentials {
    private final byte[] header;

    Credentials(String user, String password) {
        if (user.isBlank() || user.contains(":")) {
            throw new IllegalArgumentException("a user must not be blank, nor contain a colon");
        }
        if (password.isBlank()) {
            throw new IllegalArgumentException("a password must not be blank");
        }
        var both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        header = ("Basic " + Base64.getEncoder().encodeToString(both)).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether {@code header} has them. Takes as long whatever is wrong with it. */
    boolean match(@Nullable String header) {
        return header != null && MessageDigest.isEqual(this.header, header.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Credentials[...]";
    }
}
