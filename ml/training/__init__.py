"""From a cohort to one calibrated model: folds, comparison, thresholds, sets, strangeness."""
