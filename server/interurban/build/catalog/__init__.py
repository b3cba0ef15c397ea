"""The catalogue of a release (DCAT-AP 3.0.1 and DCAT-AP_IT), from `data/catalog/` to its files.

composer    which datasets there are and what is said of them: rules and queries that people wrote, run
dumps       the files in which a dataset is handed out
publisher   who publishes, from the settings
editions    the catalogue as that of one release: versions, and dates that what is unchanged keeps
quality     the score that data.europa.eu will give it
"""
