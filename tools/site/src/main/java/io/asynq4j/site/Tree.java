package io.asynq4j.site;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The project's files, by their paths from its root, and where each of them is in the site. */
final class Tree {
    private static final Set<String> LEFT_OUT = Set.of("target", ".git");
    private static final Set<String> SHOWN_AS_THEY_ARE = Set.of("svg", "png", "css");

    private final Path root;

    Tree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** What {@code destination}, a path without an anchor, means on {@code page}; empty where nothing is there. */
    Optional<Path> resolve(Path page, String destination) {
        var there = root.resolve(page).resolveSibling(destination).normalize();
        if (!there.startsWith(root) || !Files.exists(there)) {
            return Optional.empty();
        }
        var readme = there.resolve("README.md");
        return Optional.of(root.relativize(Files.exists(readme) ? readme : there));
    }

    /** Where in the site {@code file} is. */
    Path inSite(Path file) {
        if (isFolder(file)) {
            return file.resolve("index.html");
        }
        var name = file.getFileName().toString();
        if (isShownAsItIs(file)) {
            return file;
        }
        if (!isPage(file)) {
            return file.resolveSibling(name + ".html");
        }
        return file.resolveSibling(name.equals("README.md") ? "index.html" : name.replaceFirst("\\.md$", ".html"));
    }

    boolean isFolder(Path file) {
        return Files.isDirectory(root.resolve(file));
    }

    boolean isPage(Path file) {
        return file.toString().endsWith(".md");
    }

    boolean isShownAsItIs(Path file) {
        var name = file.toString();
        return SHOWN_AS_THEY_ARE.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    /** The text of a file, or that it has none. */
    String read(Path file) throws IOException {
        try {
            return Files.readString(root.resolve(file));
        } catch (CharacterCodingException binary) {
            return "(no text)";
        }
    }

    void copy(Path file, Path to) throws IOException {
        Files.write(to, Files.readAllBytes(root.resolve(file)));
    }

    /** What is in a folder, without what builds leave there. */
    List<Path> children(Path folder) throws IOException {
        try (var listed = Files.list(root.resolve(folder))) {
            return listed.filter(file -> !LEFT_OUT.contains(file.getFileName().toString()))
                    .map(root::relativize)
                    .sorted()
                    .toList();
        }
    }

    /** All pages below {@code folder}. */
    List<Path> pages(Path folder) {
        try (var walked = Files.walk(root.resolve(folder))) {
            return walked.map(root::relativize).filter(this::isPage).sorted().toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
