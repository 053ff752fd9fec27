package io.asynq4j.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.commonmark.node.Heading;

/**
 * Makes the site: the README, all pages of docs, and whatever they link to, which is shown as it is. Used once, by one thread.
 */
final class Site {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");
    private static final Path CONTENTS = DOCS.resolve("README.md");

    private final Tree tree;
    private final Path out;
    private final Frame frame;
    private final Deque<Path> waiting = new ArrayDeque<>();
    private final Set<Path> met = new HashSet<>();
    private final List<String> dead = new ArrayList<>();

    private Site(Tree tree, Path out) throws IOException {
        this.tree = tree;
        this.out = out;
        this.frame = new Frame(Navigation.of(Markdown.parse(tree.read(CONTENTS))), CONTENTS, this::relink);
    }

    /**
     * Writes the site of the project in {@code root} to {@code out}.
     *
     * @return links that lead nowhere, each with its page
     */
    static List<String> build(Path root, Path out) throws IOException {
        var tree = new Tree(root);
        var site = new Site(tree, out);
        site.meet(README);
        tree.pages(DOCS).forEach(site::meet);
        site.write();
        return List.copyOf(site.dead);
    }

    /** Takes the root of the project and the folder of the site. */
    public static void main(String[] args) throws IOException {
        var dead = build(Path.of(args[0]), Path.of(args[1]));
        if (!dead.isEmpty()) {
            throw new IllegalStateException("links lead nowhere:\n" + String.join("\n", dead));
        }
    }

    private void meet(Path file) {
        if (met.add(file)) {
            waiting.add(file);
        }
    }

    private void write() throws IOException {
        Files.createDirectories(out);
        Files.writeString(out.resolve("style.css"), Frame.resource("style.css"));
        while (!waiting.isEmpty()) {
            var file = waiting.remove();
            var to = out.resolve(tree.inSite(file).toString());
            Files.createDirectories(to.getParent());
            if (!tree.isFolder(file) && tree.isShownAsItIs(file)) {
                tree.copy(file, to);
            } else {
                Files.writeString(to, html(file));
            }
        }
    }

    private String html(Path file) throws IOException {
        if (tree.isFolder(file)) {
            return frame.around(file.resolve("index.html"), file.toString(), folder(file));
        }
        if (!tree.isPage(file)) {
            return frame.around(
                    file,
                    file.toString(),
                    "<h1>" + file + "</h1>\n<pre><code>" + Frame.escaped(tree.read(file)) + "</code></pre>\n");
        }
        var page = Markdown.parse(tree.read(file));
        var headings = Markdown.all(page, Heading.class);
        var title = headings.isEmpty() ? file.toString() : Markdown.text(headings.get(0));
        Markdown.relink(page, destination -> relink(file, destination));
        return frame.around(file, title, Markdown.html(page));
    }

    private String folder(Path folder) throws IOException {
        var list = new StringBuilder("<h1>" + folder + "</h1>\n<ul>\n");
        for (var child : tree.children(folder)) {
            var name = Frame.escaped(child.getFileName().toString());
            var href = relink(folder.resolve("index.html"), name);
            list.append("<li><a href=\"" + href + "\">" + name + "</a></li>\n");
        }
        return list.append("</ul>\n").toString();
    }

    /** The destination in the site; what it leads to becomes part of that. */
    private String relink(Path page, String destination) {
        if (destination.matches("[a-z]+:.*") || destination.startsWith("#")) {
            return destination;
        }
        int anchor = destination.indexOf('#');
        var path = anchor < 0 ? destination : destination.substring(0, anchor);
        var found = tree.resolve(page, path);
        if (found.isEmpty()) {
            dead.add(page + ": " + destination);
            return destination;
        }
        meet(found.get());
        // From a file, not from its folder, so one step up too many.
        var steps = tree.inSite(page)
                .relativize(tree.inSite(found.get()))
                .toString()
                .replace('\\', '/');
        var up = steps.isEmpty() ? tree.inSite(page).getFileName().toString() : steps.replaceFirst("^\\.\\./", "");
        return up + (anchor < 0 ? "" : destination.substring(anchor));
    }
}
