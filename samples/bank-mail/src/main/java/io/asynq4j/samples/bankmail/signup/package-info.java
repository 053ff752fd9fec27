/** What the bank does for its members, up to the point where tasks take over. */
@NullMarked
package io.asynq4j.samples.bankmail.signup;

import org.jspecify.annotations.NullMarked;
