/** What people make of models and their explanations: answers to a study, and what they show. */
@API(status = API.Status.MAINTAINED, since = "0.1")
@NullMarked
package dev.touchstone.check.study;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
