package io.asynq4j.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiFunction;

/** What is around the text of each page: head, navigation, style. */
final class Frame {
    private final Navigation navigation;
    private final Path contents;
    private final BiFunction<Path, String, String> links;
    private final String template = resource("page.html");

    /**
     * Prepares a frame.
     *
     * @param contents where the navigation was read
     * @param links where a destination leads that stands on a page
     */
    Frame(Navigation navigation, Path contents, BiFunction<Path, String, String> links) {
        this.navigation = navigation;
        this.contents = contents;
        this.links = links;
    }

    /** The whole page, for what {@code file} says. */
    String around(Path file, String title, String body) {
        return template.replace("{title}", escaped(title))
                .replace("{up}", "../".repeat(file.getNameCount() - 1))
                .replace("{navigation}", navigation(file))
                .replace("{body}", body);
    }

    private String navigation(Path file) {
        var html = new StringBuilder();
        for (var group : navigation.groups()) {
            html.append("<h2>").append(escaped(group.title())).append("</h2>\n<ul>\n");
            for (var entry : group.entries()) {
                var meant = contents.resolveSibling(entry.destination()).normalize();
                var here = meant.equals(file) ? " aria-current=\"page\"" : "";
                var up =
                        "../".repeat(file.getNameCount() - 1) + meant.toString().replace('\\', '/');
                html.append("<li><a").append(here).append(" href=\"").append(links.apply(file, up));
                html.append("\">").append(escaped(entry.title())).append("</a></li>\n");
            }
            html.append("</ul>\n");
        }
        return html.toString();
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String resource(String name) {
        try (var stream = Frame.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
