package io.asynq4j.site;

import java.util.ArrayList;
import java.util.List;
import org.commonmark.node.BulletList;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;

/**
 * What stands beside each page, read from the contents of docs: a list below a heading is a group.
 *
 * @param groups in the order of the contents
 */
record Navigation(List<Group> groups) {
    /** Links of one subject. */
    record Group(String title, List<Entry> entries) {}

    /**
     * A link to a page.
     *
     * @param destination as the contents have it
     */
    record Entry(String title, String destination) {}

    static Navigation of(Node contents) {
        var groups = new ArrayList<Group>();
        for (var node = contents.getFirstChild(); node != null; node = node.getNext()) {
            if (node instanceof BulletList list && list.getPrevious() instanceof Heading heading) {
                groups.add(new Group(Markdown.text(heading), entries(list)));
            }
        }
        return new Navigation(List.copyOf(groups));
    }

    private static List<Entry> entries(BulletList list) {
        return Markdown.all(list, Link.class).stream()
                .map(link -> new Entry(Markdown.text(link), link.getDestination()))
                .toList();
    }
}
