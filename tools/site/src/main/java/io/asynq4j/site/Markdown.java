package io.asynq4j.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/** Markdown as GitHub reads it: CommonMark with tables, and an anchor for each heading. */
final class Markdown {
    private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());
    private static final Parser PARSER = Parser.builder().extensions(EXTENSIONS).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .attributeProviderFactory(page -> new Anchors())
            .build();

    private Markdown() {}

    static Node parse(String text) {
        return PARSER.parse(text);
    }

    static String html(Node node) {
        return RENDERER.render(node);
    }

    /** Puts another destination in the place of each one that links and images have. */
    static void relink(Node page, UnaryOperator<String> destinations) {
        page.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                link.setDestination(destinations.apply(link.getDestination()));
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                image.setDestination(destinations.apply(image.getDestination()));
                visitChildren(image);
            }
        });
    }

    /** What is to be read of {@code node}, without its marks. */
    static String text(Node node) {
        var text = new StringBuilder();
        node.accept(new AbstractVisitor() {
            @Override
            public void visit(Text part) {
                text.append(part.getLiteral());
            }

            @Override
            public void visit(Code code) {
                text.append(code.getLiteral());
            }
        });
        return text.toString();
    }

    /** All nodes of a kind below {@code node}, in order. */
    static <T extends Node> List<T> all(Node node, Class<T> kind) {
        var found = new ArrayList<T>();
        for (var child = node.getFirstChild(); child != null; child = child.getNext()) {
            if (kind.isInstance(child)) {
                found.add(kind.cast(child));
            }
            found.addAll(all(child, kind));
        }
        return found;
    }

    private static final class Anchors implements AttributeProvider {
        private final Slugs slugs = new Slugs();

        @Override
        public void setAttributes(Node node, String tag, Map<String, String> attributes) {
            if (node instanceof Heading) {
                attributes.put("id", slugs.next(text(node)));
            }
        }
    }
}
