"""Words that carry no subject: stop words (not indexed) and frame words ("je cherche un outil pour"), folded."""

from __future__ import annotations

_FR = """
    a afin ainsi ait alors apres as au aucun aucune aujourd aussi autre autres aux avait avant avec avoir
    ayant c ca ce ceci cela celle celles celui ces cet cette ceux chacun chacune chaque chez ci comme comment d
    dans de dehors depuis des donc dont du elle elles en encore entre es est et etaient etait etant etc etes
    etions etre eu eux furent fut hui ici il ils j je jusqu l la le les leur leurs lors lorsqu lorsque lui m ma
    mais me meme memes mes mon n ne ni nos notamment notre nous on ont ou par parce pas peu peut peuvent plus
    pour pourquoi puis puisqu puisque qu quand que quel quelle quelles quelqu quels qui quoi s sa sans se selon
    sera serait ses si soit sommes son sont sous suis sur t ta tandis te tes toi ton tous tout toute toutefois
    toutes tres trop tu un une vers via voici voila vos votre vous y
"""
_EN = """
    a about after all also am an and any are as at be because been before being between both but by can could
    did do does doing each for from had has have having he her here hers him his how i if in into is it its
    itself just ll me more most my no nor not of off on once one only or other our ours out over own re s same
    she should so some such t than that the their theirs them then there these they this those through to too
    under until up ve very was we were what when where which while who whom why will with within without would
    you your yours
"""
_FRAME = """
    able aide aident aider aimerais aimerait aimerions allow allows anyone app appli application applications
    applis apps aurait aurions avons besoin besoins bonjour cherche cherchent chercher cherchez cherchons chose
    choses commun communs digital disposer dispositif easily easy existe existent facile facilement faire
    faisons fait falloir faudrait faut find finding font free gerer gestion get gratuit gratuite gratuites
    gratuits help helping helps let lets libre libres like logiciel logiciels look looking make makes making
    manage management managing merci mettre moyen moyens need needed needs numerique numeriques online open
    opensource outil outils permet permettant permettent permettre petit petite petites petits place plateforme
    plateformes platform platforms please pourraient pourrait pouvoir pouvons programme project projet propose
    proposer provide provides puisse puissent puissions quelque quelques rechercher recherchons search service
    services simple simplement simples site sites small software solution solutions someone something souhaitant
    souhaite souhaitent souhaiterait souhaitons source svp system systeme systemes systems thing things tool
    tools trouve trouvent trouver type use used using utilise utilisent utiliser veulent veut veux voudrais
    voudrait voudrions voulant vouloir voulons want wanted wants way ways web website websites would
"""

# A need for something in place of a product: the words say nothing of what it does.
_INSTEAD = """
    alternatif alternatifs alternative alternatives equivalent equivalente equivalentes equivalents instead lieu
    remplacant remplacante remplace remplacement remplacer remplacerait replace replacement replacements replacing
    similaire similaires similar substitut
"""
# How needs begin, in both languages.
_ASKING = """
    devoir devons doit doivent essaie essayons having hello idee idees know looks maniere sais savoir somebody
    someway trying truc
"""
_DETERMINERS = "l le la les un une des d du de the a an"

STOP_FR = frozenset(_FR.split())
STOP_EN = frozenset(_EN.split())
STOP = STOP_FR | STOP_EN
FRAME = frozenset((_FRAME + _INSTEAD + _ASKING).split())
DETERMINERS = frozenset(_DETERMINERS.split())
