"""From rows in `raw` to tested features: whole by dbt, in part by what dbt compiled."""
