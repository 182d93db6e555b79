"""Where the coach draws its lines, and why there.

Most of these are shares rather than amounts, so that they mean the same for any data. Where a paper names a number it
is taken; the others were chosen on the runs that `docs/coach.md` calls tuned, and tried on others.
"""

FEWEST_EPOCHS = 3
"""With fewer points than this there is no curve. Smith 2018 (arXiv:1803.09820) reads over- and underfitting off the
first epochs, but off a curve of them."""

STUCK_EPOCHS = 3
STUCK_EPOCHS_WHILE_RUNNING = 6
"""Epochs at the most common answer before it is said: a recurrent layer may need several to begin, and while a run goes
on it still may."""
STUCK_SLACK = 0.01
"""How far above the most common class's share still counts as no better, besides two standard errors of the rows."""
STAYED = 0.005
"""An accuracy that moved by no more than this stayed where it was; else only its mean is named."""
UNEVEN = 1.5
"""A class this many times as common as if all were equally common is a likely reason for always giving it."""
BOLDER = 10.0
"""How many times the learning rate to try where nothing is learned; beyond `FAR_TOO_HIGH` the rate itself is the
suspect."""
CREEPS = 0.3
"""With validation at the most common answer, a training accuracy up to this share of the way to no mistake is still
stuck."""

FALLS = 0.03
"""A training loss that still falls by this share in an epoch has not come to its end."""
CLEARLY_FALLS = 0.06
"""The same for advice about the number of epochs alone, where a healthy run that might win a little more is left in
peace."""
GAINS = 0.01
"""Validation accuracy still won in an epoch that makes further epochs worth while."""
GOOD = 0.9
"""Share of the way from the most common answer to no mistake at which a model counts as good."""
POOR = 0.75
"""The same, at which a model counts as not having learned its task."""

USUAL = 3.0
"""A learning rate within this factor of the optimizer's usual one is not called high or low unless the curve says so.
Bengio 2012 (arXiv:1206.5533): the best rate is often within a factor of two of the highest that does not diverge."""
FAR_TOO_HIGH = 10.0
"""A rate this many times the usual one is the likely cause if the model learns nothing."""
TOO_LOW = 0.2
"""A rate below this share of the usual one is the likely cause if the loss creeps."""
RISES = 0.25
"""The training loss has gone upwards by this share of where it began, all rises together: it jumps instead of falling.
A rate that is too high shows in this way (Smith 2018; Goodfellow et al., Deep Learning, 2016, section
11.4.1)."""
HOVERS = 0.3
"""A loss that goes up in this share of its later steps hovers: the steps are too large to settle."""
WORSE_THAN_GUESSING = 1.1
"""A training cross-entropy this many times ln(classes), that of calling all classes equally likely, is worse than not
to answer at all."""

FEW_STEPS = 8
"""With fewer batches an epoch the weights change so rarely that epochs are wasted. Keskar et al. 2017
(arXiv:1609.04836) find besides that batches of a tenth of the data generalise worse."""
USUAL_BATCH = 32
"""Masters and Luschi 2018 (arXiv:1804.07612): 32 or less trained best throughout."""

RISE_AFTER_BEST = 0.10
"""A validation loss this share above its lowest is rising. Prechelt ("Early Stopping - but when?", 1998) calls this the
generalisation loss GL and stops at 5 %, and says that slower criteria are surer: the coach wants twice that, for three
epochs."""
LEAST_RISE = 0.02
"""A rise smaller than this is of no use to anybody, however large a share of a tiny loss it may be."""
EPOCHS_AFTER_BEST = 3
LEARNED_ON = 0.05
"""By this share the training loss must have fallen since the best epoch: else it is no memorising."""
BEST_FAR_BACK = 0.6
"""A best epoch in this first part of the run: most of what follows was in vain, so going back to it is the advice."""
MORE_RIGHT = 0.005
"""Validation accuracy gained since the epoch of the lowest validation loss that going back to it would lose."""
GAP = 0.08
"""Training accuracy this far above validation accuracy (a share of 1) is memorising, if both stand on enough
rows."""
GAP_ERRORS = 2.0
"""And at least this many standard errors of the validation accuracy."""

ROWS_FOR_A_RISE = 50
"""With fewer validation rows than some multiples of this, single rows move the loss, so that a rise must be larger: by
the share `ROWS_FOR_A_RISE` / rows."""

FEW_ROWS = 50
"""Training rows for each class below which more rows are the first thing to try. Goodfellow et al. (Deep Learning,
2016, section 1.2.2) name 5,000 as a rule of thumb for acceptable performance; a small task may need far fewer, so the
coach speaks only where there is a gap as well."""

MEMORISED = 0.2
"""A training loss below this share of the validation loss, and at least `APART` below it: the training rows are known
from memory, even where too few validation rows leave the accuracies unsure."""
APART = 0.2

NOISY_ERROR = 0.03
"""A standard error of the validation accuracy above this hides whatever one change could win."""
FEWEST_VALIDATION = 30
"""Validation rows below which the numbers are shaky even if they happen to stand still: each row counts for 3
points."""
NOISY_JUMP = 0.015
"""A validation accuracy that typically jumps by this much from epoch to epoch cannot be read."""

BETTER_ACCURACY = 0.015
BETTER_LOSS = 0.12
"""Validation this much better than training (accuracy as a share of 1; loss as a share of the training loss) surprises
whoever sees it."""

FLAT = 0.01
"""A training loss that falls by less than this share in an epoch stands still."""
DONE = 0.02
"""A training loss below this has nothing left to win."""
FLAT_EPOCHS = 6
"""Epochs without progress before it is called a plateau."""

EAGER_PATIENCE = 2
"""A patience up to this takes one unlucky epoch for the end; Prechelt 1998 finds that more patience gains a few per
cent."""

NORM_SETTLED = 4.0
"""BatchNormalization's remembered mean has forgotten its start to 2 % after this many times 1/(1 - momentum)
updates."""

CONTRADICTING = 0.3
"""Share of the rows whose text also occurs with another label from which on no model can learn them well."""
LOST = 0.2
LOST_ERRORS = 1.5
"""What a count of words must lose of its right answers for the lost words to be the cause: this share of the way from
the baseline to no mistake, and so many times 1/sqrt(texts), which is three standard errors at least."""
HARDLY_LOST = 0.02
"""Up to such a loss of right answers the data is said not to be the reason."""
MOSTLY_UNKNOWN = 0.7
"""With this share of the words outside the vocabulary, a text is a row of "unknown"."""
ENOUGH_TO_TELL = 150
"""Texts below which a count of words that finds nothing does not show that there is nothing."""
LEARNED_SOMETHING = 0.3
"""Share of the way from the baseline to no mistake from which on a model has found in its texts what a count of words
may have missed, such as their order."""
MOSTLY_PADDING = 0.5
"""Share of padding from which on a layer that takes it for words is likely to learn badly."""
FEW_STEPS_IN_ALL = 100
"""Batches in all below which a model has hardly moved from its random start."""
ENOUGH_STEPS = 300
MOST_EPOCHS = 100
"""Batches that are offered instead, in so many epochs at most: a model of a lesson takes some hundreds."""
