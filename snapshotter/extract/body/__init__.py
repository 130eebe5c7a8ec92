"""The body: which of a page's blocks are the article's.

boilerplate    the words by which pages name what isn't the article
vocabulary     what the names of elements and the words of lines say, as weights
features       each block among its neighbours, in numbers
forest         the model over them, boosted trees
decision       one way through the page by the model's odds
whole          tables and lists, whole or not at all
scripted       a body that only a script holds
"""
