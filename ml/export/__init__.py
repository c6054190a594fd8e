"""From a fitted pipeline to the files of a bundle, checked against scikit-learn."""
