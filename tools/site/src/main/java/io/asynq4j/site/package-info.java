/** Makes a web site of the README and the pages of docs, and of the files that these link to. */
@NullMarked
package io.asynq4j.site;

import org.jspecify.annotations.NullMarked;
