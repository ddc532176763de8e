"""Response to nitrogen of plots without a season's weather."""
