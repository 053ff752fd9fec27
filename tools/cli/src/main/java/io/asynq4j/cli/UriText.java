package io.asynq4j.cli;

/** A URI of Redis as somebody wrote it: what {@code RedisUri} does not tell once it is read. */
final class UriText {
    private UriText() {}

    /** Whether there is a password in it, right or wrong. */
    static boolean holdsPassword(String uri) {
        int scheme = uri.indexOf("://");
        var rest = scheme < 0 ? uri : uri.substring(scheme + 3);
        int at = rest.lastIndexOf('@');
        return at >= 0 && rest.substring(0, at).contains(":");
    }

    /** Whether a URI that can be read says which database, if only 0. */
    static boolean namesDatabase(String uri) {
        int hosts = uri.indexOf("://") + 3;
        if (uri.regionMatches(true, 0, "redis-socket", 0, "redis-socket".length())) {
            return uri.contains("?db=");
        }
        int path = uri.indexOf('/', hosts);
        int query = uri.indexOf('?', hosts);
        return path >= 0 && (query < 0 || path < query);
    }

    /** Whether it can be made one of a cluster by its scheme. */
    static boolean canBeOfCluster(String uri) {
        return uri.matches("(?i)rediss?(-cluster)?://.*");
    }

    static String ofCluster(String uri) {
        return uri.replaceFirst("(?i)^redis(s?)://", "redis$1-cluster://");
    }
}
